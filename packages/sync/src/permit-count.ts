import { EventCount } from '@multiprocess/shared-memory';
import type { Thread, Waiting } from '@multiprocess/shared-memory';

// Two words, from `index` on:
//   FREE    free permits, 0 .. 2^31 - 1. Whoever takes one lowers it, whoever gives some back raises it, both by one
//           compare-exchange; a crash leaves a number between two operations. What a dead holder had taken stays taken.
//   EVENTS  an eventcount: "there may be permits"
//
// Why no wake is lost: who waits announces itself in EVENTS, looks at FREE once more, and then sleeps; who gives back
// raises FREE first and looks at EVENTS second (see event-count.ts). As many are woken as permits were given back. A
// woken one that gives up instead passes the wake on; one that was killed leaves the permit to those who come, and to the
// sleepers' own look every 100 ms (blocked) or every second (awaiting).
const EVENTS = 1;

/** The most permits there can be. */
export const MOST_PERMITS = 2 ** 31 - 1;

/** Permits that have no owner. */
export class PermitCount {
  static readonly WORDS = 2;
  readonly #words: Int32Array;
  readonly #index: number;
  readonly #events: EventCount;

  constructor(words: Int32Array, index: number, thread: Thread) {
    this.#words = words;
    this.#index = index;
    this.#events = new EventCount(words, index + EVENTS, thread.parker);
  }

  /** Writes what a new count starts with, before anybody else can see it. */
  static initialise(words: Int32Array, index: number, permits: number): void {
    words[index] = permits;
  }

  get free(): number {
    return Atomics.load(this.#words, this.#index);
  }

  /** Takes a permit if one is free. Never waits. */
  tryTake(): boolean {
    let seen = this.#guess();
    while (seen > 0) {
      const found = Atomics.compareExchange(this.#words, this.#index, seen, seen - 1);
      if (found === seen) return true;
      seen = found;
    }
    return seen < 0 ? false : this.free > 0 && this.tryTake();
  }

  /** Takes a permit, waiting until one is free. */
  *taking(): Waiting<true> {
    let slept = false;
    let taken = false;
    try {
      taken = this.tryTake();
      if (taken) return true;
      yield { kind: 'spin', words: this.#words, index: this.#index, expected: 0, owner: 0, brief: false };
      for (;;) {
        const pause = this.#events.announce();
        taken = this.tryTake();
        if (taken) return true;
        slept = true;
        yield pause;
      }
    } finally {
      // The wake that this caller may have received was meant for somebody who stays.
      if (slept && !taken && this.free > 0) this.#events.notify(1);
    }
  }

  /**
   * Gives permits back, and wakes as many who wait. Never waits.
   *
   * @returns false if there would be more than {@link MOST_PERMITS}; nothing was changed then
   */
  giveBack(permits: number): boolean {
    let seen = this.#guess();
    for (;;) {
      if (seen > MOST_PERMITS - permits) {
        const now = this.free;
        if (now > MOST_PERMITS - permits) return false;
        seen = now;
      }
      const found = Atomics.compareExchange(this.#words, this.#index, seen, seen + permits);
      if (found === seen) break;
      seen = found;
    }
    this.#events.notify(permits);
    return true;
  }

  /** What the compare-exchange is tried with first: it may be out of date, and is then corrected by it. */
  #guess(): number {
    return this.#words[this.#index]!;
  }
}
