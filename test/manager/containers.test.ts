import { inspect } from 'node:util';
import { ListProxy, Manager } from '@multiprocess/manager';
import { ClosedError } from '@multiprocess/shared-memory';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { byLength, double } from './fixtures/work.mjs';

let manager: Manager;
beforeAll(async () => {
  manager = await Manager.start();
});
afterAll(() => manager.shutdown());

test('an argument that cannot be sent is named by its place among the arguments', async () => {
  await expect(manager.dict().set('a', { b: new WeakMap() })).rejects.toThrow(/^\$\[1\]\.b: a WeakMap/);
  expect(() => manager.list([1, { a: new WeakMap() }])).toThrow(/^\$\[0\]\[1\]\.a: a WeakMap/);
});

describe('a list', () => {
  test.each(['x', 1.5, NaN, null, true])(
    'an index of %o is an error that shows it, and changes nothing',
    async (index) => {
      const list = manager.list([1, 2]);
      await expect(list.get(index as never)).rejects.toThrow(/index must be .*received/);
      await expect(list.insert(index as never, 3)).rejects.toThrow(/index must be .*received/);
      expect(await list.snapshot()).toEqual([1, 2]);
    },
  );

  test('push, pop, shift and unshift do what those of an array do', async () => {
    const list = manager.list([3, 1]);
    expect(await list.push(4, 5)).toBe(4);
    expect(await list.pop()).toBe(5);
    expect(await list.shift()).toBe(3);
    expect(await list.unshift(9, 8)).toBe(4);
    expect(await list.snapshot()).toEqual([9, 8, 1, 4]);
  });

  test('splice and fill do what those of an array do; insert, remove, extend and clear what Python’s do', async () => {
    const list = manager.list([9, 1, 4]);
    expect(await list.splice(1, 1, 7, 8)).toEqual([1]);
    await list.fill(0, 0, 1);
    await list.insert(1, 6);
    await list.extend(new Set([1]));
    expect([await list.remove(7), await list.remove(7)]).toEqual([true, false]);
    expect(await list.snapshot()).toEqual([0, 6, 8, 4, 1]);
    await list.clear();
    expect(await list.length()).toBe(0);
  });

  test('sort and reverse do what those of an array do, in place', async () => {
    const list = manager.list([2, 10, 1]);
    await list.sort();
    expect(await list.snapshot()).toEqual([1, 10, 2]);
    await list.reverse();
    expect(await list.snapshot()).toEqual([2, 10, 1]);
  });

  test('at, get, slice and length give what is there, and undefined for what is not', async () => {
    const list = manager.list([9, 8, 7]);
    expect([await list.at(-1), await list.get(0), await list.get(99)]).toEqual([7, 9, undefined]);
    expect([await list.slice(1, 3), await list.length()]).toEqual([[8, 7], 3]);
  });

  test('indexOf, includes and join do what those of an array do', async () => {
    const list = manager.list([9, 8, 7]);
    expect([await list.indexOf(7), await list.indexOf(3)]).toEqual([2, -1]);
    expect([await list.includes(8), await list.includes(3)]).toEqual([true, false]);
    expect(await list.join('-')).toBe('9-8-7');
  });

  test('has each of them in a form that blocks', () => {
    const list = manager.list(['b']);
    list.pushSync('a');
    list.sortSync();
    list.setSync(-1, 'z');
    expect(list.snapshotSync()).toEqual(['a', 'z']);
    expect(list.popSync()).toBe('z');
    expect(list.lengthSync()).toBe(1);
  });

  test('of what cannot be iterated is refused', () => {
    expect(() => manager.list(5 as never)).toThrow(
      'initial must be an iterable, an array for example, received 5 (number)',
    );
    expect(() => manager.list(null as never)).toThrow('received null');
  });

  test('runs functions that travel in the server', async () => {
    const list = manager.list(['ccc', 'a', 'bb']);
    await list.sort(byLength);
    expect(await list.map((text) => text.toUpperCase())).toEqual(['A', 'BB', 'CCC']);
    expect(await list.find((text) => text.length === 2)).toBe('bb');
    const numbers = manager.list([1, 2]);
    expect(await numbers.update(0, double, 10)).toBe(12);
    expect(await numbers.reduce((sum, n) => sum + n, 0)).toBe(14);
    expect(await numbers.increment(1, 5)).toBe(7);
    expect(await numbers.compareAndSet(1, 7, 8)).toBe(true);
    expect(await numbers.compareAndSet(1, 7, 9)).toBe(false);
  });

  test('refuses an index outside, where an array would get a hole', async () => {
    const list = manager.list([1]);
    await list.set(1, 2);
    await expect(list.set(3, 1)).rejects.toThrow(RangeError);
    await expect(list.set(-3, 1)).rejects.toThrow(RangeError);
    expect(await list.snapshot()).toEqual([1, 2]);
  });

  test('is iterated as it is when that begins', async () => {
    const list = manager.list([1, 2]);
    const seen = [];
    for await (const one of list) seen.push(one);
    expect(seen).toEqual([1, 2]);
  });

  test('looks like an array through sync', () => {
    const list = manager.list([1, 2, 3]);
    const view = list.sync;
    view[0] = 10;
    view.push(4);
    view[4] = 5;
    expect([view[0], view[99], view.length]).toEqual([10, undefined, 5]);
    expect([...view]).toEqual([10, 2, 3, 4, 5]);
    expect([0 in view, 7 in view, Array.isArray(view)]).toEqual([true, false, true]);
    expect(JSON.stringify({ view })).toBe('{"view":[10,2,3,4,5]}');
    expect(inspect(view)).toBe('[ 10, 2, 3, 4, 5 ]');
    expect(view.map((n) => n * 2)).toEqual([20, 4, 6, 8, 10]);
    expect(view.filter((n) => n > 3)).toEqual([10, 4, 5]);
    expect(Object.keys(view)).toEqual(['0', '1', '2', '3', '4']);
    expect(Object.entries(view)[1]).toEqual(['1', 2]);
    expect(view.reverse()).toBe(view);
    view.length = 2;
    expect(view.slice()).toEqual([5, 4]);
    expect(() => Reflect.deleteProperty(view, 0)).toThrow('splice');
    expect(() => {
      (view as unknown as Record<string, unknown>)['name'] = 1;
    }).toThrow('no property name');
  });
});

describe('a dict', () => {
  test('has the methods of maps and of dicts, each as a promise', async () => {
    const dict = manager.dict<string, number>({ a: 1 });
    await dict.set('b', 2);
    expect([await dict.get('a'), await dict.get('x'), await dict.has('b'), await dict.size()]).toEqual([
      1,
      undefined,
      true,
      2,
    ]);
    expect([await dict.keys(), await dict.values(), await dict.entries()]).toEqual([
      ['a', 'b'],
      [1, 2],
      [
        ['a', 1],
        ['b', 2],
      ],
    ]);
    await dict.update({ b: 3, c: 4 });
    await dict.update(new Map([['d', 5]]));
    await dict.update([['e', 6]]);
    expect(await dict.toObject()).toEqual({ a: 1, b: 3, c: 4, d: 5, e: 6 });
    expect(await dict.snapshot()).toEqual(new Map(Object.entries({ a: 1, b: 3, c: 4, d: 5, e: 6 })));
    expect([await dict.setDefault('a', 9), await dict.setDefault('f', 9)]).toEqual([1, 9]);
    expect([await dict.pop('f'), await dict.pop('f'), await dict.pop('f', -1)]).toEqual([9, undefined, -1]);
    expect(await dict.popItem()).toEqual(['e', 6]);
    expect([await dict.delete('a'), await dict.delete('a')]).toEqual([true, false]);
    await dict.clear();
    expect([await dict.size(), await dict.popItem()]).toEqual([0, undefined]);
  });

  test('changes values in one step', async () => {
    const dict = manager.dict<string, number>();
    expect([await dict.increment('n'), await dict.increment('n', 5)]).toEqual([1, 6]);
    expect(await dict.update('n', double, 1)).toBe(13);
    expect([await dict.compareAndSet('n', 13, 1), await dict.compareAndSet('n', 13, 2)]).toEqual([true, false]);
    expect(await dict.compareAndSet('new', undefined, 2)).toBe(true);
    const big = manager.dict<string, bigint>();
    expect(await big.increment('n', 2n)).toBe(2n);
    await dict.set('text', 'x' as never);
    await expect(dict.increment('text')).rejects.toThrow(TypeError);
  });

  test('takes any serializable value as a key, and tells them apart by their content', async () => {
    const dict = manager.dict<unknown, string>();
    const keys = ['1', 1, 1n, true, null, undefined, [1, 2], { x: [1] }, new Date(5), Uint8Array.of(1), NaN, '\0'];
    for (const [i, key] of keys.entries()) await dict.set(key, `value ${i}`);
    expect(await dict.size()).toBe(keys.length);
    for (const [i, key] of keys.entries()) expect(await dict.get(structuredClone(key))).toBe(`value ${i}`);
    expect(await dict.keys()).toEqual(keys);
  });

  test('looks like an object through sync', () => {
    const dict = manager.dict({ a: 1 });
    const view: Record<string, unknown> & Iterable<[string, unknown]> = dict.sync;
    view['b'] = { deep: true };
    expect([view['a'], view['b'], view['c']]).toEqual([1, { deep: true }, undefined]);
    expect(['a' in view, 'c' in view, Object.keys(view)]).toEqual([true, false, ['a', 'b']]);
    expect({ ...view }).toEqual({ a: 1, b: { deep: true } });
    expect(JSON.stringify(view)).toBe('{"a":1,"b":{"deep":true}}');
    expect(inspect(view)).toBe('{ a: 1, b: { deep: true } }');
    expect([...view]).toEqual([
      ['a', 1],
      ['b', { deep: true }],
    ]);
    delete view['a'];
    expect(dict.hasSync('a')).toBe(false);
    const names = [];
    for (const name in view) names.push(name);
    expect(names).toEqual(['b']);
  });

  test('is iterated by pairs', async () => {
    const seen = [];
    for await (const [key, value] of manager.dict({ a: 1, b: 2 })) seen.push(key, value);
    expect(seen).toEqual(['a', 1, 'b', 2]);
  });
});

describe('a namespace', () => {
  test('has names with values', async () => {
    const names = manager.namespace({ x: 1 });
    await names.set('y', [2]);
    expect([await names.get('x'), await names.get('y'), await names.has('z'), await names.names()]).toEqual([
      1,
      [2],
      false,
      ['x', 'y'],
    ]);
    expect([await names.delete('x'), await names.snapshot()]).toEqual([true, { y: [2] }]);
  });

  test('has them as properties of sync, where an underscore keeps a name here', () => {
    const names = manager.namespace();
    names.sync['name'] = 'Bob';
    names.sync['_private'] = 1;
    expect([names.getSync('name'), names.sync['name'], names.sync['_private']]).toEqual(['Bob', 'Bob', 1]);
    expect(names.hasSync('_private')).toBe(false);
    expect(Object.keys(names.sync)).toEqual(['name']);
  });
});

test('a value is got, set, added to, and has its old one returned', async () => {
  const value = manager.value(5);
  expect([await value.get(), await value.add(3), await value.get()]).toEqual([5, 5, 8]);
  value.sync.value = 1;
  value.sync.value += 1;
  expect(value.getSync()).toBe(2);
  expect([await value.compareAndSet(2, 3), await value.update((n) => n * 10)]).toEqual([true, 30]);
});

test('an array checks type, range and index', async () => {
  const array = manager.array('u8', [1, 2, 3]);
  await array.set(-1, 255);
  expect([await array.get(2), await array.length(), await array.slice(1)]).toEqual([255, 3, [2, 255]]);
  await expect(array.set(0, 256)).rejects.toThrow(RangeError);
  await expect(array.set(0, '1' as never)).rejects.toThrow(TypeError);
  await expect(array.get(3)).rejects.toThrow(RangeError);
  expect(await array.add(0, 4)).toBe(1);
  await array.fill(7, 1);
  expect([...array.sync]).toEqual([5, 7, 7]);
  array.sync[0] = 9;
  expect([array.sync[0], array.sync.length, JSON.stringify(array.sync)]).toEqual([9, 3, '[9,7,7]']);
  const big = manager.array('i64', 2);
  await big.set(0, 2n ** 62n);
  expect(await big.snapshot()).toEqual([2n ** 62n, 0n]);
});

test('what is wrong with an object, each of its calls says', async () => {
  const array = manager.array('u8', [256]);
  await expect(array.length()).rejects.toThrow('from 0 to 255, received 256');
  expect(() => array.getSync(0)).toThrow(RangeError);
});

test('what cannot be carried is refused before anything is sent', async () => {
  const dict = manager.dict();
  const secret = 1;
  await expect(dict.set('f', { fn: Symbol(String(secret)) })).rejects.toThrow('fn');
  expect(() => dict.setSync('f', { fn: Symbol('s') })).toThrow('fn');
  expect(() => manager.list([Symbol('s')])).toThrow();
  expect(await dict.size()).toBe(0);
});

test('what is read of a container is a copy, and frozen, so that changing it throws', async () => {
  const dict = manager.dict<string, { list: number[] }>({ a: { list: [1] } });
  const copy = await dict.get('a');
  expect(() => copy?.list.push(2)).toThrow(TypeError);
  expect(dict.getSync('a')).toEqual({ list: [1] });
  const all = await dict.snapshot();
  all.get('a')?.list.push(2); // a snapshot is the reader's own
  expect(await dict.get('a')).toEqual({ list: [1] });
});

test('a proxy in a container is live, and the same object wherever it comes from', async () => {
  const inner = manager.list([1]);
  const outer = manager.dict({ inner });
  const found = await outer.get('inner');
  expect(found).toBe(inner);
  expect(found).toBeInstanceOf(ListProxy);
  await found?.push(2);
  expect(await inner.snapshot()).toEqual([1, 2]);
  (inner as ListProxy).pushSync(outer, { wrapped: [inner] });
  const [, , back, wrapped] = await inner.snapshot();
  expect(back).toBe(outer);
  expect(wrapped).toEqual({ wrapped: [inner] });
});

test('an object outlives its proxies where another object has it', async () => {
  const outer = manager.dict<string, ListProxy<string>>();
  const inner = manager.list(['kept']);
  await outer.set('inner', inner);
  inner.close();
  await expect(inner.length()).rejects.toThrow(ClosedError);
  const again = await outer.get('inner');
  expect(again).not.toBe(inner);
  expect(await again?.snapshot()).toEqual(['kept']);
});

test('a batch is one message, done in a row', async () => {
  const dict = manager.dict<string, number>();
  const results = await manager.batch(() => [dict.increment('n'), dict.increment('n'), dict.get('n')] as const);
  expect(results).toEqual([1, 2, 2]);
  expect(() => dict.getSync('n')).not.toThrow();
  await expect(manager.batch(() => [dict.getSync('n')])).rejects.toThrow(TypeError);
});

test('calls that are not awaited are done in their order', async () => {
  const list = manager.list<number>();
  const calls = Array.from({ length: 1000 }, (_, i) => list.push(i));
  expect(list.lengthSync()).toBe(1000);
  expect(await Promise.all(calls)).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
  expect(await list.snapshot()).toEqual(Array.from({ length: 1000 }, (_, i) => i));
});

test('there are no other methods', async () => {
  const list = manager.list() as unknown as { call(method: string, args: unknown[]): Promise<unknown> };
  for (const method of ['constructor', '__proto__', 'toString', 'handle', 'invoke', 'adopt']) {
    await expect(list.call(method, [])).rejects.toThrow('has no method');
  }
});

test('large values go through', async () => {
  const dict = manager.dict<string, Uint8Array>();
  const bytes = new Uint8Array(5_000_000).fill(7);
  await dict.set('bytes', bytes);
  expect(Buffer.compare((await dict.get('bytes'))!, bytes)).toBe(0);
  const many = await Promise.all(Array.from({ length: 20 }, () => dict.get('bytes')));
  expect(many.every((one) => one?.length === bytes.length)).toBe(true);
});
