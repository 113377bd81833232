import { SharedMap } from '@multiprocess/map';
import { expect, test, vi } from 'vitest';
import { Lru, S3Fifo } from './reference-s3-fifo.js';
import { until } from '../helpers/until.js';
import type { ReferenceCache } from './reference-s3-fifo.js';

vi.setConfig({ testTimeout: 120_000 }); // a watchdog

const KEYS = 20_000;
const ACCESSES = 300_000;

/** The same numbers each time: xorshift of 32 bits (G. Marsaglia, 2003). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Keys with the frequencies of Zipf's law with the exponent 0.9; one access in four belongs to a scan of keys that come once. */
function* zipfWithScans(): Generator<number> {
  const random = generator(2023);
  const sums: number[] = [];
  let sum = 0;
  for (let rank = 1; rank <= KEYS; rank++) sums.push((sum += 1 / rank ** 0.9));
  let scanned = KEYS;
  for (let i = 0; i < ACCESSES; i++) {
    if (i % 4000 < 1000) {
      yield scanned++;
      continue;
    }
    const wanted = random() * sum;
    let low = 0;
    let high = KEYS - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    yield low;
  }
}

function hitRatio(cache: ReferenceCache): number {
  let hits = 0;
  for (const key of zipfWithScans()) if (cache.access(key)) hits++;
  return hits / ACCESSES;
}

test.each([
  [200, 1.4],
  [1000, 1.3],
  [4000, 1.15],
])('with %i entries, hits are those of S3-FIFO, and %d times those of LRU at least', (size, times) => {
  using map = new SharedMap<number, number>({ maxEntries: size });
  const shared: ReferenceCache = {
    access(key) {
      const isHit = map.get(key) !== undefined;
      if (!isHit) map.set(key, key);
      return isHit;
    },
  };
  const ours = hitRatio(shared);
  const reference = hitRatio(new S3Fifo(size));
  const lru = hitRatio(new Lru(size));
  expect(map.size).toBe(size);
  expect(Math.abs(ours - reference)).toBeLessThan(0.02 * reference);
  expect(ours).toBeGreaterThan(times * lru);
  expect(map.stats()).toMatchObject({
    hits: Math.round(ours * ACCESSES),
    evictions: ACCESSES - Math.round(ours * ACCESSES) - size,
  });
});

test('an entry that is read often outlives a scan of any length', () => {
  using map = new SharedMap<number, number>({ maxEntries: 100 });
  for (let i = 0; i < 20; i++) map.set(-i - 1, i);
  for (let i = 0; i < 10_000; i++) {
    map.set(i, i);
    if (i % 10 === 0) for (let hot = 0; hot < 20; hot++) map.get(-hot - 1);
  }
  for (let hot = 0; hot < 20; hot++) expect(map.has(-hot - 1)).toBe(true);
});

test('what has expired goes first, however often it was read', async () => {
  using map = new SharedMap<number, number>({ maxEntries: 100 });
  for (let i = 0; i < 20; i++) map.set(-i - 1, i, { ttl: 20 });
  for (let i = 0; i < 60; i++) map.set(i, i);
  for (let round = 0; round < 3; round++) for (const key of map.keys()) map.get(key);
  await until(() => !map.has(-1) && !map.has(-20));
  for (let i = 100; i < 140; i++) map.set(i, i); // as many as there is room for, with that of the expired ones
  expect(map.size).toBe(100);
  for (let i = 0; i < 60; i++) expect(map.has(i)).toBe(true);
});
