import { HASH, UNIT_WORDS_SHIFT } from '../words/layout.js';
import type { Cells } from '../memory/cells.js';
import type { Chains } from './chains.js';

// How an entry takes the place of another. At each step a thread may die:
//   1  The unit of the old entry is taken: from now on it is this thread's, so it is found if this thread dies.
//   2  The chain is changed, by one store: this is when it happens.
//   3  VERSION is raised: readers of the old entry know.
//   4  The unit of the new entry becomes USED.
//   5  The lock is released, and the unit of the old entry freed.
// A thread that dies between 1 and 2 leaves an entry in the chain whose unit is in its hands: it is settled as USED. Between 2 and 4,
// both units are: the new one is settled as USED, the old one as free. Another thread that replaces such an entry meanwhile takes its
// unit from the dead one. If a third thread has done so already, to settle it, that one frees it: it waits for the same lock, and
// finds that it is no longer in the chain.

/** Puts entries into chains, and takes them out. */
export class Exchange {
  readonly #words: Int32Array;
  readonly #chains: Chains;
  readonly #cells: Cells;

  constructor(words: Int32Array, chains: Chains, cells: Cells) {
    this.#words = words;
    this.#chains = chains;
    this.#cells = cells;
  }

  /** The bucket of the entry that begins at that unit. */
  bucketOf(unit: number): number {
    return this.#chains.bucketOf(this.#words[(unit << UNIT_WORDS_SHIFT) + HASH]!);
  }

  /**
   * Publishes the entry in a unit that this thread has taken, in the place of that to which `link` refers, if that is not 0. Under the
   * lock of the bucket.
   *
   * @returns the unit of the old entry, which the caller frees once it has released the lock; 0 if another thread does, or there is none
   */
  publish(bucket: number, link: number, unit: number, reads: number): number {
    const old = link === 0 ? 0 : Atomics.load(this.#words, link);
    const isMine = old !== 0 && this.#cells.tryTakeUsed(old);
    this.#chains.publish(bucket, link, old, unit);
    this.#cells.use(unit, reads);
    return isMine ? old : 0;
  }

  /** Removes the entry to which `link` refers, likewise. */
  remove(bucket: number, link: number): number {
    const old = Atomics.load(this.#words, link);
    const isMine = this.#cells.tryTakeUsed(old);
    this.#chains.unlink(bucket, link, old);
    return isMine ? old : 0;
  }

  /** Settles what a dead thread has left in that unit, if no other thread does: it is an entry if it is in its chain. */
  settle(unit: number): void {
    if (!this.#cells.tryTakeAbandoned(unit)) return;
    const bucket = this.bucketOf(unit);
    this.#chains.lock(bucket);
    try {
      if (this.#chains.findUnit(bucket, unit) !== 0) this.#cells.use(unit, 0);
      else this.#cells.free(unit);
    } finally {
      this.#chains.unlock(bucket);
    }
  }
}
