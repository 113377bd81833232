import { DIRTY, SIZE } from '../words/layout.js';
import type { Chains } from './chains.js';

// SIZE is raised before an entry is published, and lowered after it was unlinked. A thread that dies between leaves it too high
// by one, and the thread that takes the bucket over sets DIRTY. Then SIZE is counted again, by a caller that reads it: it counts when
// no bucket changed meanwhile and no thread has one, else the sum is right enough for a map that changes at the same time.

/** How many entries a map has. */
export class Size {
  readonly #words: Int32Array;
  readonly #chains: Chains;
  readonly #limit: number;
  readonly #countOf: (bucket: number) => number;

  /** @param countOf how many entries a bucket has */
  constructor(words: Int32Array, chains: Chains, maxEntries: number, countOf: (bucket: number) => number) {
    this.#words = words;
    this.#chains = chains;
    this.#limit = maxEntries === 0 ? Infinity : maxEntries;
    this.#countOf = countOf;
  }

  /** Entries, expired ones included. */
  get value(): number {
    return Atomics.load(this.#words, DIRTY) === 0 ? this.approximate : this.#recount();
  }

  /** The same, or a few too many after a crash. */
  get approximate(): number {
    return Math.max(0, Atomics.load(this.#words, SIZE));
  }

  /** Counts an entry that is about to be published. Under the lock of its bucket. @returns false if there would be too many */
  tryRaise(): boolean {
    if (Atomics.add(this.#words, SIZE, 1) < this.#limit) return true;
    this.lower();
    return false;
  }

  /** An entry has been unlinked. Under the lock of its bucket. */
  lower(): void {
    Atomics.sub(this.#words, SIZE, 1);
  }

  /** Counts the entries, whatever SIZE says. */
  countAgain(): number {
    return this.#recount();
  }

  #recount(): number {
    Atomics.store(this.#words, DIRTY, 0);
    const before = Atomics.load(this.#words, SIZE);
    const versions = this.#versions();
    let count = 0;
    for (const bucket of this.#chains.buckets()) if (this.#chains.head(bucket) !== 0) count += this.#countOf(bucket);
    const isStable = versions !== undefined && versions === this.#versions();
    if (!isStable || Atomics.compareExchange(this.#words, SIZE, before, count) !== before) {
      Atomics.store(this.#words, DIRTY, 1);
    }
    return count;
  }

  /** The sum of all versions, which only grow; undefined if a thread has a bucket. */
  #versions(): number | undefined {
    let sum = 0;
    for (const bucket of this.#chains.buckets()) {
      if (this.#chains.isLocked(bucket)) return undefined;
      sum += this.#chains.version(bucket) >>> 0;
    }
    return sum;
  }
}
