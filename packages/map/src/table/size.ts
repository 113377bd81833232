import type { Thread } from '@multiprocess/shared-memory';
import { DIRTY, OVERFLOWN, SIZE, WRITER_PLACES, WRITERS } from '../words/layout.js';
import type { Chains } from './chains.js';

// SIZE is raised before an entry is published, and lowered after it was unlinked. A thread that dies between leaves it too high
// by one. Then SIZE is counted again by the next caller that asks for it. It learns so from DIRTY, which is set by a thread that takes
// over a bucket; or from WRITERS, where each thread enters its id before it changes SIZE for the first time, and stays. A place of
// a dead thread is given away after DIRTY was set. If all places are taken by living threads, OVERFLOWN makes every caller count.
// The count becomes SIZE if no bucket changed meanwhile and no thread has one. Else the sum is right enough for a map that changes
// at the same time.

/** How many entries a map has. */
export class Size {
  readonly #words: Int32Array;
  readonly #thread: Thread;
  readonly #chains: Chains;
  readonly #limit: number;
  readonly #countOf: (bucket: number) => number;
  #isWriter = false;

  /** @param countOf how many entries a bucket has */
  constructor(
    words: Int32Array,
    thread: Thread,
    chains: Chains,
    maxEntries: number,
    countOf: (bucket: number) => number,
  ) {
    this.#words = words;
    this.#thread = thread;
    this.#chains = chains;
    this.#limit = maxEntries === 0 ? Infinity : maxEntries;
    this.#countOf = countOf;
  }

  /** Entries, expired ones included; never more than there may be, although SIZE is raised before an entry is published. */
  get value(): number {
    this.#findDeadWriters();
    const isCertain = Atomics.load(this.#words, DIRTY) === 0 && Atomics.load(this.#words, OVERFLOWN) === 0;
    return Math.min(this.#limit, isCertain ? this.approximate : this.count());
  }

  /** The same, or a few too many after a crash. */
  get approximate(): number {
    return Math.max(0, Atomics.load(this.#words, SIZE));
  }

  /** This thread is about to change entries. Before it does so for the first time. */
  join(): void {
    if (this.#isWriter) return;
    this.#isWriter = true;
    const { self } = this.#thread;
    for (let place = WRITERS; place < WRITERS + WRITER_PLACES; place++) {
      this.#clearIfDead(place);
      const seen = Atomics.compareExchange(this.#words, place, 0, self);
      if (seen === 0 || seen === self) return;
    }
    Atomics.store(this.#words, OVERFLOWN, 1);
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
  count(): number {
    for (const bucket of this.#chains.buckets()) this.#chains.takeOverIfDead(bucket);
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

  #findDeadWriters(): void {
    for (let place = WRITERS; place < WRITERS + WRITER_PLACES; place++) this.#clearIfDead(place);
  }

  #clearIfDead(place: number): void {
    const seen = Atomics.load(this.#words, place);
    if (seen === 0 || !this.#thread.isDead(seen)) return;
    Atomics.store(this.#words, DIRTY, 1);
    Atomics.compareExchange(this.#words, place, seen, 0);
  }
}
