import { ClosedError } from '@multiprocess/shared-memory';
import { expect, test } from 'vitest';
import { double } from './fixtures/functions.mjs';
import { describeStores } from './stores.js';

describeStores('a dict', (suite) => {
  const dictOf = <V>(initial: Record<string, V> = {}) => suite.closing(suite.store.dict<string, V>(initial));

  test('is made of an object, a Map or pairs', async () => {
    const expected = new Map([
      ['a', 1],
      ['b', 2],
    ]);
    const { store } = suite;
    for (const initial of [{ a: 1, b: 2 }, expected, [...expected]]) {
      expect(await suite.closing(store.dict<string, number>(initial)).snapshot()).toEqual(expected);
    }
    expect(await suite.closing(store.dict()).size()).toBe(0);
    expect(() => store.dict(5 as never)).toThrow(TypeError);
  });

  test('has the methods of a Map', async () => {
    const dict = dictOf({ a: 1 });
    await dict.set('b', 2);
    await dict.set('a', 3);
    expect([await dict.get('a'), await dict.get('x'), await dict.has('b'), await dict.has('x')]).toEqual([
      3,
      undefined,
      true,
      false,
    ]);
    expect([await dict.delete('a'), await dict.delete('a'), await dict.size()]).toEqual([true, false, 1]);
    await dict.clear();
    expect([await dict.size(), await dict.keys()]).toEqual([0, []]);
  });

  test('keeps the order in which keys came first', async () => {
    const dict = dictOf<number>();
    for (const key of ['z', 'a', 'm', 'b']) await dict.set(key, 1);
    await dict.set('a', 2);
    await dict.delete('z');
    await dict.set('z', 3);
    expect(await dict.keys()).toEqual(['a', 'm', 'b', 'z']);
    expect(await dict.values()).toEqual([2, 1, 1, 3]);
    expect(await dict.entries()).toEqual([
      ['a', 2],
      ['m', 1],
      ['b', 1],
      ['z', 3],
    ]);
    expect(await dict.popItem()).toEqual(['z', 3]);
    expect(await dict.popItem()).toEqual(['b', 1]);
    expect([...(await dict.snapshot()).keys()]).toEqual(['a', 'm']);
  });

  test('update() sets all that an object, a Map or pairs have', async () => {
    const dict = dictOf({ a: 1, b: 2 });
    await dict.update({ b: 3, c: 4 });
    await dict.update(new Map([['d', 5]]));
    await dict.update([['e', 6]]);
    expect(await dict.toObject()).toEqual({ a: 1, b: 3, c: 4, d: 5, e: 6 });
    await expect(dict.update(5 as never)).rejects.toThrow(TypeError);
    await expect(dict.update(['no pair'] as never)).rejects.toThrow(TypeError);
    expect(await dict.size()).toBe(5);
  });

  test('update() of a key sets what a function makes of its value, and gives that', async () => {
    const dict = dictOf<number>({ n: 4 });
    expect(await dict.update('n', double, 1)).toBe(9);
    expect(await dict.update('new', double, 1)).toBe(1);
    expect(await dict.toObject()).toEqual({ n: 9, new: 1 });
    await expect(dict.update('n', 5 as never)).rejects.toThrow(TypeError);
  });

  test('setDefault(), pop() and popItem() are those of dicts', async () => {
    const dict = dictOf({ a: 1 });
    expect([await dict.setDefault('a', 9), await dict.setDefault('f', 9)]).toEqual([1, 9]);
    expect([await dict.pop('f'), await dict.pop('f'), await dict.pop('f', -1)]).toEqual([9, undefined, -1]);
    expect([await dict.popItem(), await dict.popItem()]).toEqual([['a', 1], undefined]);
  });

  test('increment() adds to a number or bigint, none counting as 0, and gives the sum', async () => {
    const dict = dictOf<unknown>();
    expect([await dict.increment('n'), await dict.increment('n', 5), await dict.increment('n', -0.5)]).toEqual([
      1, 6, 5.5,
    ]);
    expect([await dict.increment('big', 2n ** 60n), await dict.increment('big', 1n)]).toEqual([
      2n ** 60n,
      2n ** 60n + 1n,
    ]);
    await dict.set('text', 'x');
    await expect(dict.increment('text')).rejects.toThrow(TypeError);
    await expect(dict.increment('big', 1)).rejects.toThrow(TypeError);
    expect(await dict.get('text')).toBe('x');
  });

  test('compareAndSet() sets what is deeply equal, undefined for none, and says whether it did', async () => {
    const dict = dictOf<unknown>({ n: { deep: [1] } });
    expect([await dict.compareAndSet('n', { deep: [1] }, 2), await dict.compareAndSet('n', { deep: [1] }, 3)]).toEqual([
      true,
      false,
    ]);
    expect([await dict.compareAndSet('new', undefined, 1), await dict.compareAndSet('new', undefined, 2)]).toEqual([
      true,
      false,
    ]);
    expect(await dict.toObject()).toEqual({ n: 2, new: 1 });
  });

  test('takes any serializable value as a key, and tells them apart by their content', async () => {
    const dict = suite.closing(suite.store.dict<unknown, string>());
    const keys = ['1', 1, 1n, true, null, undefined, [1, 2], { x: [1] }, new Date(5), Uint8Array.of(1), NaN, '\0', ''];
    for (const [i, key] of keys.entries()) await dict.set(key, `value ${i}`);
    expect(await dict.size()).toBe(keys.length);
    for (const [i, key] of keys.entries()) expect(await dict.get(structuredClone(key))).toBe(`value ${i}`);
    expect(await dict.keys()).toEqual(keys);
    expect([await dict.delete([1, 2]), await dict.has([1, 2]), await dict.has([2, 1])]).toEqual([true, false, false]);
  });

  test('carries values of every kind', async () => {
    const values = {
      number: -0.5,
      big: -(2n ** 70n),
      text: 'ä\0',
      nothing: null,
      date: new Date(7),
      set: new Set([[1]]),
    };
    const dict = dictOf<unknown>(values);
    await dict.set('bytes', new Uint8Array(2_000_000).fill(3));
    await dict.set('undefined', undefined);
    for (const [key, value] of Object.entries(values)) expect(await dict.get(key)).toEqual(value);
    expect(Buffer.compare((await dict.get('bytes')) as Uint8Array, new Uint8Array(2_000_000).fill(3))).toBe(0);
    expect([await dict.has('undefined'), await dict.get('undefined')]).toEqual([true, undefined]);
  });

  test('is iterated by pairs, as it is when that begins', async () => {
    const dict = dictOf({ a: 1, b: 2 });
    const seen: unknown[] = [];
    for await (const [key, value] of dict) {
      seen.push(key, value);
      await dict.set(`${key} again`, 0);
    }
    expect(seen).toEqual(['a', 1, 'b', 2]);
  });

  test('gives copies: what is read by key is frozen, a snapshot is the own of who takes it', async () => {
    const dict = dictOf({ a: { list: [1] } });
    const one = await dict.get('a');
    expect(() => one?.list.push(2)).toThrow(TypeError);
    (await dict.snapshot()).get('a')?.list.push(2);
    expect(await dict.get('a')).toEqual({ list: [1] });
  });

  test('changes in one step: no increment of many at once is lost', async () => {
    const dict = dictOf<number>();
    await Promise.all(Array.from({ length: 200 }, () => dict.increment('n')));
    expect(await dict.get('n')).toBe(200);
  });

  test('what cannot be sent is refused, and nothing is done', async () => {
    const dict = dictOf<unknown>();
    await expect(dict.set('f', { fn: Symbol('s') })).rejects.toThrow('fn');
    expect(await dict.size()).toBe(0);
  });

  test('after close() it throws a ClosedError', async () => {
    const dict = suite.store.dict();
    dict.close();
    await expect(dict.get('a')).rejects.toThrow(ClosedError);
  });
});
