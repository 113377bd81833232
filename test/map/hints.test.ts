import v8 from 'node:v8';
import vm from 'node:vm';
import { SharedMap } from '@multiprocess/map';
import { registerClass } from '@multiprocess/serialization';
import { ClosedError, parseHandle, Segment } from '@multiprocess/shared-memory';
import { describe, expect, test, vi } from 'vitest';
import { until } from '../helpers/until.js';

vi.setConfig({ testTimeout: 120_000 }); // a watchdog

/** So often an entry is read until its thread reads it by a hint. */
const OFTEN = 4;

class Point {
  x: number;
  constructor(x: number) {
    this.x = x;
  }
}
registerClass(import.meta, Point);

function readOften(map: SharedMap, ...keys: unknown[]): void {
  for (let i = 0; i < OFTEN; i++) for (const key of keys) map.get(key);
}

/** Sets and reads as many others as it takes. */
function evictAll(map: SharedMap): void {
  for (let i = 0; i < 2000; i++) {
    map.set(`other ${i}`, i);
    readOften(map, `other ${i}`);
  }
}

type Values = readonly (readonly [what: string, value: unknown, change: (value: never) => unknown])[];

const values: Values = [
  ['an object', { b: 1, a: 'text', c: null, d: undefined, e: 5n }, (value: { b: unknown }) => (value.b = 2)],
  ['an object that loses a property', { b: 1, a: 2 }, (value: { b?: unknown }) => delete value.b],
  ['an object that gets a property', {}, (value: { b?: unknown }) => (value.b = 1)],
  ['an object that gets a prototype', { a: 1 }, (value: object) => void Object.setPrototypeOf(value, { b: 1 })],
  ['an object that is frozen', { a: 1 }, (value: object) => Object.freeze(value)],
  ['an object with __proto__', JSON.parse('{"__proto__":1,"a":2}'), (value: { a: unknown }) => (value.a = 3)],
  ['an object in an object', { a: { b: 1 } }, (value: { a: { b: unknown } }) => (value.a.b = 2)],
  ['an array', [1, 'two', null, undefined, -0], (value: unknown[]) => value.push(1)],
  ['an array that is sorted', [3, 2, 1], (value: number[]) => value.sort((one, other) => one - other)],
  ['an array of arrays', [[1]], (value: number[][]) => (value[0]![0] = 2)],
  ['an array with holes', Array.from({ length: 3, 1: 'one' }), (value: unknown[]) => (value[0] = 1)],
  ['bytes', new Uint8Array([1, 2, 3]), (value: Uint8Array) => value.fill(9)],
  ['a buffer', Buffer.from('text'), (value: Buffer) => value.fill(9)],
  ['floats', new Float64Array([0.5]), (value: Float64Array) => value.fill(9)],
  ['a date', new Date(5), (value: Date) => value.setTime(6)],
  ['a map', new Map([[1, { a: 1 }]]), (value: Map<unknown, unknown>) => value.clear()],
  ['an instance of a class', new Point(1), (value: Point) => (value.x = 2)],
];

describe('of an entry that a thread reads again and again', () => {
  test.each(values)('%s is another copy each time, whatever its reader does to it', (_, value, change) => {
    using map = new SharedMap<string>();
    map.set('key', value);
    for (let i = 0; i < OFTEN; i++) {
      const found = map.get('key') as never;
      expect(found).toStrictEqual(value);
      expect(Object.getPrototypeOf(found)).toBe(Object.getPrototypeOf(value));
      expect(Reflect.ownKeys(found)).toEqual(Reflect.ownKeys(value as object));
      change(found);
    }
  });

  test.each([undefined, null, true, 0, -0, 1.5, NaN, 'text', 'ключ', 'x'.repeat(500), 2n ** 70n])(
    '%s is the same each time',
    (value) => {
      using map = new SharedMap<string>();
      map.set('key', value);
      for (let i = 0; i < OFTEN; i++) expect(Object.is(map.get('key'), value)).toBe(true);
      expect(map.has('key')).toBe(true);
    },
  );

  test('each key leads to its own value, like keys and unlike ones', () => {
    using map = new SharedMap();
    const keys = [
      0,
      1,
      1n,
      '1',
      true,
      'true',
      null,
      'null',
      undefined,
      'undefined',
      NaN,
      'NaN',
      1.5,
      '',
      [1],
      { a: 1 },
    ];
    for (const [i, key] of keys.entries()) map.set(key, i);
    for (let round = 0; round < OFTEN; round++) {
      for (const [i, key] of keys.entries()) expect(map.get(key)).toBe(i);
      expect([map.get(-0), map.get(0 / 0), map.get([1]), map.get({ a: 1 })]).toEqual([0, 10, 14, 15]);
    }
  });

  test('a key that is an object leads to what it is at the call', () => {
    using map = new SharedMap();
    map.set({ a: 1 }, 'one').set({ a: 2 }, 'two');
    const key = { a: 1 };
    readOften(map, key);
    key.a = 2;
    expect(map.get(key)).toBe('two');
  });

  const changes: readonly (readonly [what: string, change: (map: SharedMap<string>) => unknown, after: unknown])[] = [
    ['set', (map) => map.set('key', 2), 2],
    ['set again to what it was', (map) => map.set('key', 2).set('key', 1), 1],
    ['deleted', (map) => map.delete('key'), undefined],
    ['deleted and set', (map) => map.delete('key') && map.set('key', 3), 3],
    ['cleared', (map) => map.clear(), undefined],
    ['updated', (map) => map.update('key', () => 4), 4],
    ['incremented', (map) => map.increment('key'), 2],
    ['compared and set', (map) => map.compareAndSet('key', 1, 5), 5],
    ['set to another type', (map) => map.set('key', { a: 1 }), { a: 1 }],
    ['evicted', evictAll, undefined],
  ];

  test.each(changes)('a thread sees at once that it was %s, by itself and by another object', (_, change, after) => {
    for (const by of ['itself', 'another'] as const) {
      using map = new SharedMap<string>({ maxEntries: 100 });
      using other = SharedMap.attach<string>(map.handle);
      map.set('key', 1);
      readOften(map, 'key');
      change(by === 'itself' ? map : other);
      for (let i = 0; i < OFTEN; i++) {
        expect(map.get('key')).toEqual(after);
        expect(map.has('key')).toBe(after !== undefined);
      }
      expect(map.getOrInsert('key', () => 'made')).toEqual(after ?? 'made');
    }
  });

  test.each(values)('%s is what is read after any other value, and before it', (_, value) => {
    using map = new SharedMap<string>();
    using other = SharedMap.attach<string>(map.handle);
    for (const [, next] of values) {
      for (const stored of [value, 'text', next]) {
        other.set('key', stored);
        for (let i = 0; i < OFTEN; i++) expect(map.get('key')).toStrictEqual(stored);
      }
    }
  });

  test('a thread sees that it expired, and that it was set with another time', async () => {
    using map = new SharedMap<string, number>();
    map.set('key', 1, { ttl: 50 });
    readOften(map, 'key');
    await until(() => map.get('key') === undefined);
    expect(map.has('key')).toBe(false);
    map.set('key', 2, { ttl: 50 });
    readOften(map, 'key');
    map.set('key', 3);
    const begin = performance.now();
    while (performance.now() - begin < 100) expect(map.get('key')).toBe(3);
  });

  test('its reads are counted, by all calls that count', async () => {
    using map = new SharedMap<string, number>();
    map.set('key', 1);
    readOften(map, 'key');
    map.has('key');
    map.getOrInsert('key', () => expect.fail('made'));
    await map.fetch('key', () => expect.fail('loaded'));
    expect(map.stats()).toMatchObject({ hits: OFTEN + 2, misses: 0, loads: 0 });
  });

  test('its reads keep it from being evicted', () => {
    using map = new SharedMap<number, number>({ maxEntries: 100 });
    map.set(-1, 1);
    readOften(map, -1);
    for (let i = 0; i < 10_000; i++) {
      map.set(i, i);
      if (i % 10 === 0) expect(map.get(-1)).toBe(1);
    }
  });

  test('after close() there is none', async () => {
    const map = new SharedMap<string, number>();
    map.set('key', 1);
    readOften(map, 'key');
    map.close();
    expect(() => map.get('key')).toThrow(ClosedError);
    expect(() => map.has('key')).toThrow(ClosedError);
    expect(() => map.getOrInsert('key', () => 1)).toThrow(ClosedError);
    await expect(map.fetch('key', () => 1)).rejects.toThrow(ClosedError);
  });

  test('the memory of pages that were given back is not looked at', () => {
    using map = new SharedMap<number, unknown>();
    using other = SharedMap.attach<number>(map.handle);
    const keys = Array.from({ length: 5000 }, (_, i) => i);
    for (const key of keys) map.set(key, { key });
    readOften(map, ...keys);
    other.clear();
    for (const key of keys) expect(map.get(key)).toBe(undefined);
    for (const key of keys) other.set(key, [key]);
    for (const key of keys) expect(map.get(key)).toEqual([key]);
  });
});

describe('what a thread remembers', () => {
  /** Writes over the value of the only entry, a string, as no map does. */
  function overwrite(map: SharedMap, text: string): void {
    const segment = Segment.attach(parseHandle(map.handle).reference, 'map.SharedMap');
    const bytes = Buffer.from(segment.buffer as unknown as ArrayBuffer);
    const at = bytes.indexOf('a value');
    bytes.write(text, at, 'latin1');
    segment.close();
  }

  test('is not read again while the bucket of the entry does not change', () => {
    using map = new SharedMap<string, string>({ memory: 2 ** 17 });
    using other = SharedMap.attach<string, string>(map.handle);
    map.set('key', 'a value');
    readOften(map, 'key');
    overwrite(map, 'another');
    expect([map.get('key'), other.get('key')]).toEqual(['a value', 'another']);
  });

  test('is not asked for most of the time where most reads find nothing', () => {
    using map = new SharedMap<string | number, string>({ memory: 2 ** 17 });
    map.set('key', 'a value');
    readOften(map, 'key');
    overwrite(map, 'another');
    for (let i = 0; i < 2 ** 15; i++) map.get(i);
    expect(map.get('key')).toBe('another');
  });

  v8.setFlagsFromString('--expose-gc');
  const collect = vm.runInNewContext('gc') as () => void;
  function used(): number {
    collect();
    return process.memoryUsage().heapUsed;
  }

  test('is of a limited size, however many entries it reads', () => {
    using map = new SharedMap<number, string>();
    for (let i = 0; i < 100_000; i++) map.set(i, String(i).repeat(40));
    const before = used();
    for (let first = 0; first < 100_000; first += 1000) {
      for (let i = 0; i < 1000 * OFTEN; i++) map.get(first + (i % 1000));
    }
    expect(used() - before).toBeLessThan(2 ** 24);
    expect(map.size).toBe(100_000); // and is alive until here
  });

  test('is of a limited size, when short values become long ones', () => {
    using map = new SharedMap<number, string>();
    const keys = Array.from({ length: 16_000 }, (_, i) => i);
    for (const key of keys) map.set(key, '');
    for (const key of keys) readOften(map, key);
    const before = used();
    for (const key of keys) map.set(key, 'long'.repeat(128));
    for (const key of keys) readOften(map, key);
    expect(used() - before).toBeLessThan(2 ** 22);
    expect(map.size).toBe(keys.length);
  });

  test('keeps no text alive that a key was cut out of', () => {
    using map = new SharedMap<string, number>();
    const before = used();
    for (let i = 0; i < 20; i++) {
      const key = `${i}`.padEnd(2 ** 20, 'long text ').slice(0, 30);
      map.set(key, i);
      readOften(map, key);
    }
    expect(used() - before).toBeLessThan(2 ** 22);
    expect(map.size).toBe(20);
  });
});

test('an entry is not taken for the one of 2^32 changes ago', () => {
  using map = new SharedMap<string, string>({ memory: 2 ** 17 });
  const segment = Segment.attach(parseHandle(map.handle).reference, 'map.SharedMap');
  const { words } = segment;
  map.set('key', 'old');
  const head = words.findIndex((word, i) => i >= 640 && i < 640 + 4 * 256 && i % 4 === 1 && word !== 0);
  const version = head + 1;
  readOften(map, 'key');
  const before = words[version]!;
  for (const multiple of [2 ** 30, -(2 ** 31), -(2 ** 30), 0]) {
    words[version] = multiple - 1; // as if so many changes had been made
    map.set('key', `at ${multiple}`);
  }
  words[version] = before;
  expect(map.get('key')).toBe('at 0');
  segment.close();
});
