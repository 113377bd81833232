import type { Store } from './cache/store.js';
import { EVICTIONS, HITS, LOADS, MISSES } from './table/statistics.js';
import type { Geometry } from './words/geometry.js';

/** Counts of a map since it was created, over all processes. They wrap to 0 after 2^32. */
export interface MapStats {
  /** Entries. */
  readonly size: number;
  /** Reads that found a value: by `get`, `getOrInsert` and `fetch`. */
  readonly hits: number;
  /** Reads that found none. */
  readonly misses: number;
  /** Entries that had to go for others. */
  readonly evictions: number;
  /** How often a `fetch` called its loader. */
  readonly loads: number;
  /** Bytes that it may take at most. */
  readonly memory: number;
  /** Bytes of shared memory that it takes now. */
  readonly memoryUsed: number;
}

export function mapStats(store: Store, { byteLength }: Geometry): MapStats {
  const { statistics, entries } = store;
  return {
    size: store.size,
    hits: statistics.sum(HITS),
    misses: statistics.sum(MISSES),
    evictions: statistics.sum(EVICTIONS),
    loads: statistics.sum(LOADS),
    memory: byteLength,
    memoryUsed: entries.pages.bytesWithMemory,
  };
}
