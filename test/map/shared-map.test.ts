import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { SharedMap } from '@multiprocess/map';
import { attach, ClosedError, HandleError, listSegments } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { until } from '../helpers/until.js';

describe('what changes an entry by what it was', () => {
  test('getOrInsert makes a value only if there is none', () => {
    using map = new SharedMap<string, number>();
    expect(map.getOrInsert('key', (key) => key.length)).toBe(3);
    expect(map.getOrInsert('key', () => expect.fail('called'))).toBe(3);
    expect(() => map.getOrInsert('other', () => expect.fail('thrown'))).toThrow('thrown');
    expect(map.has('other')).toBe(false);
  });

  test('a value that another stores while one is made is the one', () => {
    using map = new SharedMap<string, string>();
    const made = map.getOrInsert('key', () => {
      map.set('key', 'theirs');
      return 'mine';
    });
    expect([made, map.get('key')]).toEqual(['theirs', 'theirs']);
  });

  test('update is called again with what another has stored meanwhile', () => {
    using map = new SharedMap<string, number>();
    const seen: (number | undefined)[] = [];
    const updated = map.update('key', (value) => {
      seen.push(value);
      if (seen.length === 1) map.set('key', 10);
      return (value ?? 0) + 1;
    });
    expect([updated, map.get('key'), seen]).toEqual([11, 11, [undefined, 10]]);
    expect(() => map.update('key', () => expect.fail('thrown'))).toThrow('thrown');
    expect(map.get('key')).toBe(11);
  });

  test('update notices that the same value was stored anew, and that the entry was deleted', () => {
    using map = new SharedMap<string, number>();
    map.set('key', 1);
    let calls = 0;
    map.update('key', (value = 0) => {
      if (++calls === 1) map.set('key', 1);
      if (calls === 2) map.delete('key');
      return value + 1;
    });
    expect([calls, map.get('key')]).toEqual([3, 1]);
  });

  test('compareAndSet compares by content, undefined stands for no entry', () => {
    using map = new SharedMap<string, unknown>();
    expect(map.compareAndSet('key', { a: 1 }, 'new')).toBe(false);
    expect(map.compareAndSet('key', undefined, { a: 1 })).toBe(true);
    expect(map.compareAndSet('key', undefined, 'new')).toBe(false);
    expect(map.compareAndSet('key', { a: 2 }, 'new')).toBe(false);
    expect(map.compareAndSet('key', { a: 1 }, null)).toBe(true);
    expect(map.compareAndSet('key', null, 'x'.repeat(100))).toBe(true);
    expect(map.compareAndSet('key', 'x'.repeat(99), 1)).toBe(false);
    expect(map.compareAndSet('key', 'x'.repeat(100), 1.5)).toBe(true);
    expect(map.compareAndSet('key', 1.5, 'last')).toBe(true);
    expect(map.get('key')).toBe('last');
  });

  test('increment counts, from 0, and refuses what is no number', () => {
    using map = new SharedMap<string, unknown>();
    expect([map.increment('key'), map.increment('key', 2), map.increment('key', -0.5)]).toEqual([1, 3, 2.5]);
    map.set('key', 'text');
    expect(() => map.increment('key')).toThrow("increment() needs a number, and the entry has 'text' (string)");
    expect(map.get('key')).toBe('text');
  });

  test('delete tells whether there was an entry; clear leaves none, and gives the memory back', () => {
    using map = new SharedMap<number, string>();
    const { memoryUsed } = map.stats();
    for (let i = 0; i < 5000; i++) map.set(i, 'x'.repeat(i % 300));
    map.set(5000, 'x'.repeat(1_000_000));
    expect(map.stats().memoryUsed).toBeGreaterThan(memoryUsed + 1_500_000);
    expect([map.delete(1), map.delete(1)]).toEqual([true, false]);
    map.clear();
    expect([map.size, [...map]]).toEqual([0, []]);
    expect(map.stats().memoryUsed).toBeLessThan(memoryUsed + 200_000); // the states of units stay
  });
});

describe('iteration', () => {
  const filled = (): SharedMap<number, number> => {
    const map = new SharedMap<number, number>();
    for (let i = 0; i < 1000; i++) map.set(i, 0 - i);
    return map;
  };

  test('has the entries, keys and values of a Map, each once', () => {
    using map = filled();
    const all = Array.from({ length: 1000 }, (_, i) => i);
    const byNumber = (one: number, other: number) => one - other;
    expect([...map.keys()].sort(byNumber)).toEqual(all);
    expect([...map.values()].sort(byNumber)).toEqual(all.map((i) => 0 - i).sort(byNumber));
    expect(new Map(map)).toEqual(new Map(all.map((i) => [i, 0 - i])));
    const seen = new Map<number, number>();
    map.forEach(function (this: unknown, value, key, of) {
      expect(this).toBe('this');
      expect(of).toBe(map); // and not equal to it, which would compare all entries
      seen.set(key, value);
    }, 'this');
    expect(seen.size).toBe(1000);
  });

  test('does not come to what was deleted before, and comes once to what stays', () => {
    using map = filled();
    const seen: number[] = [];
    for (const key of map.keys()) {
      seen.push(key);
      for (let i = 0; i < 1000; i++) if (i !== key && i % 10 === 1) map.delete(i);
      map.set(key + 10_000 * seen.length, 0);
      if (seen.length > 3000) break;
    }
    const old = seen.filter((key) => key < 1000);
    expect(new Set(seen).size).toBe(seen.length);
    expect(old.filter((key) => key % 10 === 1).length).toBeLessThanOrEqual(1);
    if (seen.length <= 3000) expect(old.filter((key) => key % 10 !== 1)).toHaveLength(900);
  });

  test('ends with an error when the map is closed meanwhile', () => {
    const map = filled();
    const iterator = map.entries();
    iterator.next();
    map.close();
    expect(() => iterator.next()).toThrow(ClosedError);
  });
});

describe('time to live', () => {
  test('an entry is gone after its time, for every call', async () => {
    using map = new SharedMap<string, number>({ ttl: 40 });
    map.set('map', 1).set('longer', 2, { ttl: 100_000 }).set('for ever', 3, { ttl: Infinity });
    expect([map.get('map'), map.size]).toEqual([1, 3]);
    await until(() => !map.has('map'));
    expect([map.get('map'), map.delete('map'), map.size]).toEqual([undefined, false, 2]);
    expect([...map.keys()].sort()).toEqual(['for ever', 'longer']);
    expect(map.getOrInsert('map', () => 4)).toBe(4);
  });

  test('its time counts from when it was set last; update, increment and compareAndSet let it go on', async () => {
    using map = new SharedMap<string, number>();
    const begin = performance.now();
    map.set('updated', 1, { ttl: 60 });
    map.set('set', 1, { ttl: 60 }).set('set', 2);
    while (map.has('updated')) {
      map.update('updated', (value = 0) => value + 1);
      await sleep(1);
      if (!map.has('updated')) break;
      map.compareAndSet('updated', map.get('updated'), 5);
    }
    expect(performance.now() - begin).toBeGreaterThanOrEqual(59);
    expect(map.get('set')).toBe(2);
  });

  test('what has expired makes room', async () => {
    using map = new SharedMap<number, string>({ memory: 2 ** 18 });
    const fill = (ttl: number): number => {
      for (let i = 0; ; i++) {
        try {
          map.set(i, 'x'.repeat(500), { ttl });
        } catch {
          return i;
        }
      }
    };
    const many = fill(200);
    await until(() => map.size === 0);
    for (let i = 0; i < many; i++) map.set(1000 + i, 'x'.repeat(500));
    expect(map.size).toBe(many);
  });
});

describe('its name, its handle and its end', () => {
  test('a name and a handle lead to the same map', () => {
    using map = new SharedMap<string, number>({ name: 'map of a name', ttl: 1000, maxEntries: 10 });
    using again = new SharedMap<string, number>({ name: 'map of a name', ttl: 1000, maxEntries: 10 });
    using found = new SharedMap<string, number>({ name: 'map of a name', create: false });
    using attached = SharedMap.attach<string, number>(map.handle);
    using any = attach(map.handle) as SharedMap<string, number>;
    map.set('key', 1);
    for (const one of [again, found, attached, any]) expect(one.get('key')).toBe(1);
    expect(any).toBeInstanceOf(SharedMap);
  });

  test('other options than those of the map of that name are refused', () => {
    using map = new SharedMap({ name: 'map of options', ttl: 1000 });
    expect(map.size).toBe(0);
    const open = (options: object) => () => new SharedMap({ name: 'map of options', ...options });
    expect(open({})).toThrow(HandleError);
    expect(open({})).toThrow('a ttl of 1000 ms, not 0');
    expect(open({ ttl: 1000, maxEntries: 5 })).toThrow('0 maxEntries, not 5');
    expect(open({ ttl: 1000, memory: 2 ** 20 })).toThrow(HandleError);
    expect(open({ create: false, memory: 2 ** 20 })).toThrow('67108864 bytes of memory, not 1048576');
    expect(open({ create: false, ttl: 5 })).toThrow('a ttl of 1000 ms, not 5');
  });

  test('after close() every call throws; others go on', () => {
    const map = new SharedMap<string, number>();
    using other = SharedMap.attach<string, number>(map.handle);
    map.set('key', 1);
    map.close();
    map.close();
    const calls: (() => unknown)[] = [
      () => map.get('key'),
      () => map.has('key'),
      () => map.set('key', 1),
      () => map.delete('key'),
      () => map.size,
      () => map.clear(),
      () => map.stats(),
      () => map.getOrInsert('key', () => 1),
      () => map.update('key', () => 1),
      () => map.increment('key'),
      () => map.compareAndSet('key', 1, 2),
      () => [...map],
      () => map.handle,
    ];
    for (const call of calls) expect(call).toThrow(ClosedError);
    expect(other.get('key')).toBe(1);
  });

  test('a callback that closes the map makes its call throw, and stores nothing', () => {
    using kept = new SharedMap<string, unknown>();
    const closing: ((map: SharedMap<string>) => unknown)[] = [
      (map) => map.getOrInsert('key', () => map.close()),
      (map) => map.update('key', () => map.close()),
      (map) =>
        map.set('key', {
          get property() {
            map.close();
            return 1;
          },
        }),
      (map) => map.forEach(() => map.close()),
    ];
    kept.set('first', 1).set('second', 2);
    for (const close of closing) {
      const map = SharedMap.attach<string>(kept.handle);
      expect(() => close(map)).toThrow(ClosedError);
      expect(new Map(kept)).toEqual(
        new Map([
          ['first', 1],
          ['second', 2],
        ]),
      );
    }
  });

  test('a getter in a key or a value may use the map', () => {
    using map = new SharedMap<unknown, unknown>();
    const deep = () => map.set({ inner: 1 }, { text: 'inner'.repeat(20) }).get({ inner: 1 });
    const key = {
      get a() {
        deep();
        return 'a';
      },
    };
    const value = {
      get b() {
        return deep();
      },
    };
    map.set(key, value).set('plain', value);
    expect(map.get({ a: 'a' })).toEqual({ b: { text: 'inner'.repeat(20) } });
    expect(map.get('plain')).toEqual({ b: { text: 'inner'.repeat(20) } });
    expect(map.size).toBe(3);
  });

  test('stats() counts reads, and the list of all objects shows them', () => {
    using map = new SharedMap<string, number>({ maxEntries: 2 });
    map.set('a', 1).set('b', 2).set('c', 3);
    map.get('c');
    map.get('none');
    map.has('none');
    expect(map.stats()).toMatchObject({ size: 2, hits: 1, misses: 1, evictions: 1, loads: 0, memory: 2 ** 26 });
    expect(inspect(map)).toMatch(/^SharedMap /);
    expect(Object.prototype.toString.call(map)).toBe('[object SharedMap]');
    expect(listSegments().filter(({ kind }) => kind === 'map.SharedMap')).toHaveLength(1);
  });
});
