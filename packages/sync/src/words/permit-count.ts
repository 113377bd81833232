import { park, spin } from '@multiprocess/shared-memory';
import type { Parker, Thread, Coroutine } from '@multiprocess/shared-memory';

// One word: FREE | SLEEPERS
//   FREE      bits 0 to 30: free permits. Taking one lowers it, giving some back raises it, both by one
//             compare-exchange; a crash leaves a number between two operations. What a dead holder had taken stays taken.
//   SLEEPERS  bit 31: a thread may sleep on the word
//
// Why no wake is lost: a waiter sets SLEEPERS by a compare-exchange that finds no permit, and sleeps only while the word is
// SLEEPERS and no permit; a release finds the bit in the very compare-exchange that raises FREE. As many are woken
// as permits were given back, and the bit stays, since others may sleep on; only when fewer were asleep than were to be
// woken is it cleared, and all are woken once more, so that a new sleeper gets up and sets it again. A word
// that had permits for a moment may be what a sleeper expects: others have taken them, and the bit is there.
// A woken one that gives up instead passes the wake on. One that was killed leaves the permit to later callers, and to
// the sleepers' own look (100 ms blocked, 1 s awaiting), as does one that was killed between its change and its wake.
const SLEEPERS = 0x80000000 | 0;
const FREE = 0x7fffffff;
const ALL = 0x7fffffff;

/** The most permits there can be. */
export const MAX_PERMITS = FREE;

/** Permits that have no owner. */
export class PermitCount {
  readonly #words: Int32Array;
  readonly #index: number;
  readonly #parker: Parker;

  constructor(words: Int32Array, index: number, thread: Thread) {
    this.#words = words;
    this.#index = index;
    this.#parker = thread.parker;
  }

  /** Writes what a new count starts with, before other threads can see it. */
  static initialise(words: Int32Array, index: number, permits: number): void {
    words[index] = permits;
  }

  get free(): number {
    return this.#load() & FREE;
  }

  /** Takes a permit if one is free. Never waits. */
  tryTake(): boolean {
    const seen = this.#guess();
    return (seen > 0 && this.#replace(seen, seen - 1)) || this.#tryTakeAnyway();
  }

  /** Takes a permit, waiting until one is free. */
  *taking(): Coroutine<true> {
    let slept = false;
    let taken = false;
    try {
      taken = this.tryTake();
      if (taken) return true;
      const seen = this.#load();
      if ((seen & FREE) === 0) yield spin(this.#words, this.#index, seen);
      for (;;) {
        taken = this.tryTake();
        if (taken) return true;
        if ((Atomics.compareExchange(this.#words, this.#index, 0, SLEEPERS) & FREE) !== 0) continue;
        slept = true;
        yield park(this.#words, this.#index, SLEEPERS);
      }
    } finally {
      if (slept && !taken) this.#passWakeOn();
    }
  }

  /**
   * Gives permits back, and wakes as many waiters. Never waits.
   *
   * @returns false if there would be more than {@link MAX_PERMITS}; nothing was changed then
   */
  giveBack(permits: number): boolean {
    const seen = this.#guess();
    if (seen >= 0 && seen <= MAX_PERMITS - permits && this.#replace(seen, seen + permits)) return true;
    return this.#giveBackAnyway(permits);
  }

  /** Where the guess was wrong, or a thread sleeps. Apart from it, so that the usual way is short enough to be inlined. */
  #tryTakeAnyway(): boolean {
    for (;;) {
      const seen = this.#load();
      if ((seen & FREE) === 0) return false;
      if (this.#replace(seen, seen - 1)) return true;
    }
  }

  #giveBackAnyway(permits: number): boolean {
    for (;;) {
      const seen = this.#load();
      if ((seen & FREE) > MAX_PERMITS - permits) return false;
      if (!this.#replace(seen, seen + permits)) continue;
      if (seen < 0) this.#wake(permits);
      return true;
    }
  }

  #wake(count: number): void {
    if (this.#parker.unpark(this.#words, this.#index, count) >= count) return;
    Atomics.and(this.#words, this.#index, FREE);
    this.#parker.unpark(this.#words, this.#index, ALL);
  }

  /** The wake that this caller may have received belongs to a waiter that stays. */
  #passWakeOn(): void {
    const seen = this.#load();
    if (seen < 0 && (seen & FREE) > 0) this.#wake(1);
  }

  #replace(seen: number, wanted: number): boolean {
    return Atomics.compareExchange(this.#words, this.#index, seen, wanted) === seen;
  }

  #load(): number {
    return Atomics.load(this.#words, this.#index);
  }

  /** What the compare-exchange is tried with first: it may be out of date, and is then corrected by it. */
  #guess(): number {
    return this.#words[this.#index]!;
  }
}
