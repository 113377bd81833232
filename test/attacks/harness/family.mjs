import { readdirSync, readFileSync } from 'node:fs';
import { sleep } from './waiting.mjs';

const MARK = 'ATTACK_FAMILY';
/** What lives so long after its parent has been killed is taken for one that never ends. */
const LIMIT_MS = 30_000;
let families = 0;

/** A mark that all descendants of a process inherit in their environment, to find those that outlive it. */
export class Family {
  #mark = `${MARK}=${process.pid}-${families++}`;
  /** A process that ends loses its environment, and so its mark, before it closes its files. @type {Set<string>} */
  #known = new Set();

  /** What to add to the environment of the first of them. */
  get env() {
    return Object.fromEntries([this.#mark.split('=')]);
  }

  /** Remembers those that run: to be called before they are killed. */
  look() {
    for (const pid of readdirSync('/proc')) if (/^\d+$/.test(pid) && this.#isMarked(pid)) this.#known.add(pid);
    for (const pid of this.#known) if (hasEnded(pid)) this.#known.delete(pid);
  }

  /** Those that have not ended after a long time, with their command lines. They are killed then. */
  async outliving() {
    const end = performance.now() + LIMIT_MS;
    for (this.look(); this.#known.size > 0 && performance.now() < end; this.look()) await sleep(20);
    return [...this.#known].map((pid) => {
      const command = `${pid} ${read(pid, 'cmdline').replaceAll('\0', ' ').trim()}`;
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch {
        // it has just ended
      }
      return command;
    });
  }

  /** @param {string} pid */
  #isMarked(pid) {
    return read(pid, 'environ').split('\0').includes(this.#mark);
  }
}

/** A process has its files and locks until the last of its threads has ended: its first one may be a zombie long before. @param {string} pid */
function hasEnded(pid) {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.every((thread) => /^$|\) [ZX]/.test(read(`${pid}/task/${thread}`, 'stat')));
  } catch {
    return true;
  }
}

/** @param {string} directory @param {string} file below /proc; '' if that process or thread is gone */
function read(directory, file) {
  try {
    return readFileSync(`/proc/${directory}/${file}`, 'latin1');
  } catch {
    return '';
  }
}
