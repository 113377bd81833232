import type * as sharedMemory from '@multiprocess/shared-memory';
import type { Coroutine } from '@multiprocess/shared-memory';
import type { Site } from '../checker/model.js';

/** The compiled code under test, as the program of a thread sees it. */
export function sharedMemoryOf(site: Site): typeof sharedMemory {
  return site.load('shared-memory/index.js') as typeof sharedMemory;
}

/**
 * Gives up as soon as the time is over, without letting the algorithm look once more: it must stand that too.
 *
 * @returns undefined if it gave up
 */
export function hastily<T>(site: Site, waiting: Coroutine<T>): T | undefined {
  const timeout = 5;
  const end = site.now() + timeout;
  let step = waiting.next();
  while (step.done !== true) {
    site.parker.pause(step.value, timeout);
    if (site.now() >= end) {
      waiting.return(undefined as never);
      return undefined;
    }
    step = waiting.next();
  }
  return step.value;
}
