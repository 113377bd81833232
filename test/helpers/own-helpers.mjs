// The threads that the native part has started in this process, by their name. One that ends meanwhile is none.
import { readdirSync, readFileSync } from 'node:fs';

const NAME = 'multiprocess';

/** @returns how many there are */
export function ownHelpers() {
  return readdirSync('/proc/self/task').filter((thread) => nameOf(thread) === NAME).length;
}

/** @param {string} thread */
function nameOf(thread) {
  try {
    return readFileSync(`/proc/self/task/${thread}/comm`, 'latin1').trimEnd();
  } catch {
    return undefined; // it has ended
  }
}
