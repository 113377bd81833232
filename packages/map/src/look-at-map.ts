import type { ObjectState, Peek } from '@multiprocess/shared-memory';
import { EVICTIONS, HITS, MISSES, sumOf } from './table/statistics.js';
import { PAGES_MUTEX, QUEUES_MUTEX, SIZE, STATS, STRIPE_WORDS, STRIPES } from './words/layout.js';

/** The state of a map, read from outside. */
export function lookAtMap(peek: Peek): ObjectState {
  const words = peek(0, STATS + STRIPES * STRIPE_WORDS);
  const sum = (counter: number): number => sumOf((index) => words[index]!, counter);
  const state = `${sum(HITS)} hits, ${sum(MISSES)} misses, ${sum(EVICTIONS)} evictions`;
  const owners = [words[PAGES_MUTEX]!, words[QUEUES_MUTEX]!].map((word) => word & 0x7fffffff);
  return { owners, items: Math.max(0, words[SIZE]!), state };
}
