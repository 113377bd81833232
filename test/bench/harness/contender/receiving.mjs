import { isMainThread } from 'node:worker_threads';
import { now } from './clock.mjs';

/** @import { OtherSideRequest, Received } from './queue-request.d.ts' */

const EVERY_MS = 10;

/** What a receiver has to tell in the end; see {@link Received}. Made when it begins. */
export class Receiving {
  /** @type {number[]} */
  #late = [];
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #due = 0;

  /** @param {OtherSideRequest} request */
  constructor({ op }) {
    if (op === 'timers') this.#set();
  }

  #set() {
    this.#due = performance.now() + EVERY_MS;
    this.#timer = setTimeout(() => {
      this.#late.push(performance.now() - this.#due);
      this.#set();
    }, EVERY_MS);
  }

  /** @returns {Received} */
  end() {
    const end = now();
    // One that should have fired by now, and has not: the worst case of all.
    if (this.#timer !== undefined && performance.now() > this.#due) this.#late.push(performance.now() - this.#due);
    clearTimeout(this.#timer);
    return { end, late: this.#late, rss: isMainThread ? process.resourceUsage().maxRSS : 0 };
  }
}
