import { STATS, STRIPE_WORDS, STRIPES } from '../words/layout.js';

// Counters in STATS. Each stripe has one word for each counter, which may wrap: two pairs of 32 bits would not change together.
export const HITS = 0;
export const MISSES = 1;
export const EVICTIONS = 2;
export const LOADS = 3;

/** What is counted of a map, for all processes together. Counts begin at 0 again after 2^32. */
export class Statistics {
  readonly #words: Int32Array;
  readonly #stripe: number;

  constructor(words: Int32Array, self: number) {
    this.#words = words;
    this.#stripe = STATS + (self % STRIPES) * STRIPE_WORDS;
  }

  count(counter: number): void {
    Atomics.add(this.#words, this.#stripe + counter, 1);
  }

  /** The sum over all stripes. */
  sum(counter: number): number {
    return sumOf((index) => Atomics.load(this.#words, index), counter);
  }
}

/** The sum of a counter over all stripes, whose words `wordAt` gives. */
export function sumOf(wordAt: (index: number) => number, counter: number): number {
  let sum = 0;
  for (let stripe = 0; stripe < STRIPES; stripe++) sum += wordAt(STATS + stripe * STRIPE_WORDS + counter) >>> 0;
  return sum >>> 0;
}
