import { park, spin } from '@multiprocess/shared-memory';
import type { Coroutine, Parker, Thread } from '@multiprocess/shared-memory';

// One word: FREE | SLEEPERS
//   FREE      bits 0 to 30: free permits. Each take or release changes it by one compare-exchange, so a crash leaves a number
//             between two operations. The permits of a dead holder stay taken.
//   SLEEPERS  bit 31: a thread may sleep on the word
//
// Why no wake is lost: a waiter sets SLEEPERS by a compare-exchange that finds no permit, and sleeps only while the word is
// SLEEPERS and no permit; a release finds the bit in the same compare-exchange that raises FREE. A release wakes as many
// sleepers as it gives permits, and keeps the bit, since others may sleep on. Only when fewer were asleep than were to be
// woken, it clears the bit and wakes all once more, so that a new sleeper sets it again. The word may have had permits for
// a moment and be again what a sleeper expects: then others have taken them, and the bit is still set.
// A woken waiter that gives up passes the wake on. If a woken waiter is killed, or a releaser between its change and its
// wake, the sleepers find the permit by their re-check (100 ms blocked, 1 s async).
const SLEEPERS = 0x80000000 | 0;
const FREE = 0x7fffffff;
const ALL = 0x7fffffff;

/** The largest number of permits. */
export const MAX_PERMITS = FREE;

/** Permits without owners. */
export class PermitCount {
  readonly #words: Int32Array;
  readonly #index: number;
  readonly #parker: Parker;

  constructor(words: Int32Array, index: number, thread: Thread) {
    this.#words = words;
    this.#index = index;
    this.#parker = thread.parker;
  }

  /** Writes a new count, before other threads can see it. */
  static initialise(words: Int32Array, index: number, permits: number): void {
    words[index] = permits;
  }

  get free(): number {
    return this.#load() & FREE;
  }

  /** Takes a permit if one is free. Never waits. */
  tryTake(): boolean {
    const seen = this.#guess();
    return (seen > 0 && this.#replace(seen, seen - 1)) || this.#tryTakeSlowly();
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
    return this.#giveBackSlowly(permits);
  }

  /** The slow path, if the guess was wrong or a thread sleeps. Separate, so that the fast path can be inlined. */
  #tryTakeSlowly(): boolean {
    for (;;) {
      const seen = this.#load();
      if ((seen & FREE) === 0) return false;
      if (this.#replace(seen, seen - 1)) return true;
    }
  }

  #giveBackSlowly(permits: number): boolean {
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

  /** This caller gives up, so a wake that it received must go to another waiter. */
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

  /** A plain read: if it is out of date, the compare-exchange fails. */
  #guess(): number {
    return this.#words[this.#index]!;
  }
}
