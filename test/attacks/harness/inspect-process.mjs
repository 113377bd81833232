import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** How many descriptors, mappings and threads this process has. */
export function resources() {
  return {
    descriptors: readdirSync('/proc/self/fd').length,
    mappings: mappings().length,
    threads: readdirSync('/proc/self/task').length,
  };
}

/** The mappings of this process, as the kernel writes them. */
export function mappings() {
  return readFileSync('/proc/self/maps', 'utf8').trim().split('\n');
}

/** Processes that run, with what they were given in their environment. */
function processesWith(/** @type {string} */ setting) {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const ended = /\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
      return !ended && readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(setting);
    } catch {
      return false; // it has ended meanwhile
    }
  });
}

const FAMILY = 'ATTACK_FAMILY';
let families = 0;

/** A mark that all descendants of a process inherit in their environment, to find those that outlive it. */
export class Family {
  #value = `${process.pid}-${families++}`;

  /** What to add to the environment of the first of them. */
  get env() {
    return { [FAMILY]: this.#value };
  }

  /** The processes of it that run. */
  get running() {
    return processesWith(`${FAMILY}=${this.#value}`);
  }

  /**
   * Those that still run after so many milliseconds, with their command lines. They are killed then.
   *
   * @param {number} limit
   */
  async outliving(limit) {
    const end = performance.now() + limit;
    while (this.running.length > 0 && performance.now() < end) await sleep(20);
    return this.running.map((pid) => {
      const command = commandLine(pid);
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch {
        // it has just ended
      }
      return command;
    });
  }
}

/** @param {string} pid */
function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
  } catch {
    return 'ended';
  }
}
