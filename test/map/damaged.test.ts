import { SharedMap } from '@multiprocess/map';
import { CorruptSegmentError, MultiprocessError, parseHandle, Segment } from '@multiprocess/shared-memory';
import { describe, expect, test, vi } from 'vitest';
import { times } from '../helpers/effort.js';

vi.setConfig({ testTimeout: 120_000 }); // a watchdog

type Map = SharedMap<string>;

const HEAD = 1;
const BUCKETS_AT = 640;
const BUCKETS = 256;
const UNIT_WORDS = 16;

function newMap(options: object): Map {
  const map: Map = new SharedMap({ memory: 2 ** 17, ...options });
  for (let i = 0; i < 200; i++) map.set(`key ${i}`, 'x'.repeat((i * 7) % 200));
  return map;
}

function damage(map: Map, write: (words: Int32Array) => void): void {
  const segment = Segment.attach(parseHandle(map.handle).reference, 'map.SharedMap');
  write(segment.words);
  segment.close();
}

const calls: readonly ((map: Map) => unknown)[] = [
  (map) => map.get('key 1'),
  (map) => map.has('key 2'),
  (map) => map.set('key 3', 'y'.repeat(300)),
  (map) => map.set('new', 'y'),
  (map) => map.set('large', 'y'.repeat(20_000)),
  (map) => map.delete('key 4'),
  (map) => map.increment('count'),
  (map) => map.compareAndSet('key 5', undefined, 1),
  (map) => map.getOrInsert('key 6', () => 1),
  (map) => map.size,
  (map) => map.stats(),
  (map) => [...map],
  (map) => map.fetch('key 7', () => 1, { timeout: 1000 }),
  (map) => map.clear(),
];

/** Every call ends, with a result or a typed error. */
async function useAll(map: Map): Promise<unknown[]> {
  const errors: unknown[] = [];
  for (const call of calls) {
    try {
      await call(map);
    } catch (error) {
      expect(error).toBeInstanceOf(MultiprocessError);
      errors.push(error);
    }
  }
  return errors;
}

const damages: readonly (readonly [what: string, write: (words: Int32Array) => void, isFound: boolean])[] = [
  ['chains that lead nowhere', (words) => eachBucket((bucket) => (words[bucket + HEAD] = 0x7fffffff)), true],
  ['chains without end', endless, true],
  [
    'buckets that a thread holds that never was',
    (words) => eachBucket((bucket) => (words[bucket] = 0x7ff_f001)),
    false,
  ],
  ['a mutex of the pages that a thread holds that never was', (words) => (words[0] = 0x7ff_f001), false],
  ['a mutex of the queues that a thread holds that never was', (words) => (words[16] = 0x7ff_f001), false],
  ['queues that go back', (words) => words.set([2 ** 30, 5, -7, 2 ** 31 - 1], 18), false],
  ['a size below 0', (words) => (words[32] = -5), false],
  ['a size above all', (words) => (words[32] = 2 ** 30), false],
  ['a time of the next expiry that is none', (words) => (words[34] = -(2 ** 31)), false],
  ['entries of no type and no length', (words) => words.fill(-1, words.length - 2000), false],
  ['all zero behind the first words', (words) => words.fill(0, 64), false],
  ['all ones behind the first words', (words) => words.fill(-1, 64), true],
];

describe.each([
  ['a map', {}],
  ['a cache', { maxEntries: 150, ttl: 100_000 }],
])('%s that another program has written over', (_, options) => {
  test.each(damages)('with %s ends every call', async (_what, write, isFound) => {
    using map = newMap(options);
    damage(map, write);
    const errors = await useAll(map);
    if (isFound) expect(errors.some((error) => error instanceof CorruptSegmentError)).toBe(true);
  });

  test('anywhere ends every call', async () => {
    for (let round = 0; round < times(100); round++) {
      using map = newMap(options);
      damage(map, (words) => {
        for (let i = 0; i < 100; i++) {
          const index = 64 + Math.floor(Math.random() * (words.length - 64));
          words[index] = Math.random() < 0.5 ? Math.floor(Math.random() * 2 ** 32) : Math.floor(Math.random() * 3000);
        }
      });
      await useAll(map);
    }
  });
});

test('a map whose first words contradict its size is no map', () => {
  using map = newMap({});
  for (const index of [49, 50, 51, 52]) {
    const { handle } = map;
    let before = 0;
    damage(map, (words) => {
      before = words[index]!;
      words[index] = 3;
    });
    expect(() => SharedMap.attach(handle)).toThrow(CorruptSegmentError);
    damage(map, (words) => (words[index] = before));
  }
  expect(map.size).toBe(200);
});

function eachBucket(use: (bucket: number) => void): void {
  for (let i = 0; i < BUCKETS; i++) use(BUCKETS_AT + 4 * i);
}

function endless(words: Int32Array): void {
  eachBucket((bucket) => {
    const unit = words[bucket + HEAD]!;
    if (unit !== 0) words[unit * UNIT_WORDS] = unit;
  });
}
