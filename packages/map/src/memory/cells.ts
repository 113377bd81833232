import type { Thread } from '@multiprocess/shared-memory';

// The state of each unit of 64 bytes, one word, for the unit that an entry begins with:
//   0         free: no entry begins here
//   id > 0    in the hands of the thread with that owner id, which is making the entry, or has removed it and is about to free it
//   USED | n  published; n, 0 to 3, tells how often it was read since the eviction looked at it
// A thread takes a free unit by a compare-exchange that writes its id, so that whatever a dead thread was doing, its units are
// found. They are settled by a thread that takes their word over, again by compare-exchange, so that one of several does:
// under the lock of the bucket of the entry's HASH it looks whether the entry is in the chain, and makes the word USED or 0. If the
// thread died before it wrote HASH, the word there leads to some bucket, whose chain the unit is not in.
// The word is beside the memory and not in it: where an entry begins changes as pages change hands, and a late store of a thread
// that found a unit free, or of a reader that counts, must not hit the bytes of another entry.
export const FREE = 0;
const USED = 0x80000000 | 0;
const READS = 3;

/** The states of the units of a map. */
export class Cells {
  readonly #words: Int32Array;
  /** Index of the word of unit 0, if that had one. */
  readonly #base: number;
  readonly #thread: Thread;
  readonly #self: number;

  constructor(words: Int32Array, cellsAt: number, firstUnit: number, thread: Thread) {
    this.#words = words;
    this.#base = cellsAt - firstUnit;
    this.#thread = thread;
    this.#self = thread.self;
  }

  state(unit: number): number {
    return Atomics.load(this.#words, this.#base + unit);
  }

  /** Whether this thread has taken it. */
  isMine(unit: number): boolean {
    return this.state(unit) === this.#self;
  }

  /** Takes a free unit. */
  tryTake(unit: number): boolean {
    const index = this.#base + unit;
    if (this.#words[index] !== FREE) return false;
    return Atomics.compareExchange(this.#words, index, FREE, this.#self) === FREE;
  }

  /** Takes a published unit, or that of a dead thread. Under the lock of its bucket. @returns false if another thread settles it */
  tryTakeUsed(unit: number): boolean {
    for (;;) {
      const seen = this.state(unit);
      if (seen === FREE || (seen > 0 && !this.isAbandoned(seen))) return false;
      if (this.#replace(unit, seen, this.#self)) return true;
    }
  }

  /** Takes the unit of a dead thread. */
  tryTakeAbandoned(unit: number): boolean {
    const seen = this.state(unit);
    return seen > 0 && this.isAbandoned(seen) && this.#replace(unit, seen, this.#self);
  }

  /** Whether that state is of a dead thread. */
  isAbandoned(state: number): boolean {
    return state > 0 && state !== this.#self && this.#thread.isDead(state);
  }

  /** Says that the unit is published, and how often it was read. By the thread that has taken it. */
  use(unit: number, reads: number): void {
    Atomics.store(this.#words, this.#base + unit, USED | reads);
  }

  /** Says that the unit is free. By the thread that has taken it. */
  free(unit: number): void {
    Atomics.store(this.#words, this.#base + unit, FREE);
  }

  /** How often the entry was read since the eviction looked at it, 3 at most. */
  reads(unit: number): number {
    const state = this.state(unit);
    return state < 0 ? state & READS : 0; // else it is an owner id
  }

  /** Counts a read, as far as that is counted. A lost one does no harm, so there is no retry. */
  countRead(unit: number): void {
    const index = this.#base + unit;
    const seen = this.#words[index]!;
    if (seen >= 0 || (seen & READS) === READS) return;
    Atomics.compareExchange(this.#words, index, seen, seen + 1);
  }

  /** Sets how often it was read, unless it was read, or taken, at the same time. */
  setReads(unit: number, reads: number): void {
    const seen = this.state(unit);
    if (seen < 0) this.#replace(unit, seen, USED | reads);
  }

  #replace(unit: number, seen: number, wanted: number): boolean {
    return Atomics.compareExchange(this.#words, this.#base + unit, seen, wanted) === seen;
  }
}
