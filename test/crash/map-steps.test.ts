import { SharedMap } from '@multiprocess/map';
import { OutOfMemoryError } from '@multiprocess/shared-memory';
import { describe, expect, test, vi } from 'vitest';
import { dieAtEveryStep } from './steps.js';

vi.setConfig({ testTimeout: 240_000 }); // a watchdog: some hundred threads, one after the other

type Map = SharedMap<string>;

const MEMORY = 2 ** 17;
const before: readonly (readonly [string, unknown])[] = [
  ['first', 'value of first'],
  ['second', { of: 'second' }],
  ['count', 7],
];
const LARGE = 'dying '.repeat(4000);

/** How many entries of that length fit into a map of which no thread has died. */
const capacities = new Map<number, number>();

function unreadMap(options: object = {}): Map {
  const map: Map = new SharedMap({ memory: MEMORY, ...options });
  for (const [key, value] of before) map.set(key, value);
  return map;
}

function newMap(options: object = {}): Map {
  const map = unreadMap(options);
  for (let i = 0; i < 4; i++) for (const [key] of before) map.get(key); // so that this thread reads them by hints
  return map;
}

/** Sets entries until there is no room for more. */
function fill(map: Map, length: number): number {
  for (let i = 0; ; i++) {
    try {
      map.set(`filler ${i}`, 'x'.repeat(length));
    } catch (error) {
      expect(error).toBeInstanceOf(OutOfMemoryError);
      return i;
    }
  }
}

/** All others have what they had, every key can be used, what is counted is right, and no memory is lost. */
function checkUse(map: Map, ours: readonly string[]): void {
  for (const [key, value] of before) if (!ours.includes(key)) expect(map.get(key)).toEqual(value);
  expect(map.size).toBe([...map].length);
  for (const key of [...ours, ...before.map(([one]) => one)]) {
    map.set(key, 'after');
    expect(map.get(key)).toBe('after');
    expect(map.delete(key)).toBe(true);
    expect(map.has(key)).toBe(false);
  }
  expect([map.size, [...map]]).toEqual([0, []]);
  for (const length of [20, 1500, 30_000]) {
    let capacity = capacities.get(length);
    if (capacity === undefined) {
      using fresh: Map = new SharedMap({ memory: MEMORY });
      capacities.set(length, (capacity = fill(fresh, length)));
    }
    expect(fill(map, length)).toBe(capacity);
    map.clear();
  }
}

/** What a key may have afterwards: what it had, or what it was to get. */
const actions: readonly (readonly [what: string, action: string, key: string, after: unknown])[] = [
  ['setting a new entry', 'set:"new","dying"', 'new', 'dying'],
  ['setting an entry again', 'set:"first",{"dying":[1,2]}', 'first', { dying: [1, 2] }],
  ['setting a large entry', `set:"new",${JSON.stringify(LARGE)}`, 'new', LARGE],
  ['setting a large entry again', `set:"first",${JSON.stringify(LARGE)}`, 'first', LARGE],
  ['setting an entry that expires', 'set:"new","dying",{"ttl":1000000}', 'new', 'dying'],
  ['deleting an entry', 'delete:"first"', 'first', undefined],
  ['counting', 'increment:"count"', 'count', 8],
  ['comparing and setting', 'compareAndSet:"first","value of first",null', 'first', null],
];

describe('a thread that dies at any step of', () => {
  test.each(actions)('%s has done it or has not, and leaves a whole map', async (_, action, key, after) => {
    const was = new Map(before).get(key);
    let done = 0;
    const died = await dieAtEveryStep(
      action,
      () => newMap(),
      (map: Map) => {
        const found = map.get(key);
        using other: Map = SharedMap.attach(map.handle);
        expect(found).toEqual(other.get(key)); // which has no hints
        expect([was, after]).toContainEqual(found);
        if (found !== was) done++;
        checkUse(map, [key]);
      },
    );
    expect(died).toBeGreaterThan(5);
    expect(done).toBeGreaterThan(1); // the one that lived, and some that died having done it
    expect(done).toBeLessThan(died);
  });

  test('clearing the map leaves some entries, each as it was', async () => {
    const died = await dieAtEveryStep(
      'clear',
      () => newMap(),
      (map: Map) => {
        for (const [key, value] of before) expect([value, undefined]).toContainEqual(map.get(key));
        checkUse(
          map,
          before.map(([key]) => key),
        );
      },
      { changes: true, every: 1 },
    );
    expect(died).toBeGreaterThan(5);
  });

  test('setting an entry for which another must go leaves a cache that evicts on', async () => {
    let done = 0;
    const died = await dieAtEveryStep(
      'set:"new","dying"',
      () => unreadMap({ maxEntries: 3 }), // a cache keeps what is read often
      (map: Map) => {
        const found = new Map(map);
        expect(map.size).toBe(found.size);
        expect(found.size).toBeLessThanOrEqual(3);
        expect(found.size).toBeGreaterThanOrEqual(2);
        for (const [key, value] of found) expect([...before, ['new', 'dying']]).toContainEqual([key, value]);
        if (found.has('new')) done++;
        for (let i = 0; i < 200; i++) {
          map.set(`after ${i}`, i);
          expect(map.get(`after ${i}`)).toBe(i);
          expect(map.size).toBeLessThanOrEqual(3);
        }
        expect(map.size).toBe(3); // none of them stays for ever
        expect([...map.keys()].every((key) => key.startsWith('after'))).toBe(true);
      },
    );
    expect(done).toBeGreaterThan(1);
    expect(done).toBeLessThan(died);
  });

  test('setting an entry whose room is made by clearing pages leaves a cache that takes large ones', async () => {
    const large = 'x'.repeat(60_000);
    const died = await dieAtEveryStep(
      `set:"new",${JSON.stringify(large)}`,
      () => {
        const map = newMap({ maxEntries: 500 });
        for (let i = 0; i < 500; i++) map.set(`small ${i}`, 'x'.repeat(100));
        return map;
      },
      (map: Map) => {
        expect([large, undefined]).toContain(map.get('new'));
        expect(map.size).toBe([...map].length);
        for (let i = 0; i < 3; i++) {
          map.set(`large ${i}`, large);
          expect(map.get(`large ${i}`)).toBe(large);
        }
      },
      { changes: true, every: 11 },
    );
    expect(died).toBeGreaterThan(20);
  });
});
