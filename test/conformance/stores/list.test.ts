import { ClosedError } from '@multiprocess/shared-memory';
import { expect, test } from 'vitest';
import { byLength, double } from './fixtures/functions.mjs';
import { describeStores } from './stores.js';

describeStores('a list', (suite) => {
  const listOf = <T>(...values: T[]) => suite.closing(suite.store.list(values));

  test('has what it was made of, be that any iterable', async () => {
    expect(await listOf<unknown>(1, 'two', [3]).snapshot()).toEqual([1, 'two', [3]]);
    expect(await suite.closing(suite.store.list(new Set('ab'))).snapshot()).toEqual(['a', 'b']);
    expect(await suite.closing(suite.store.list()).snapshot()).toEqual([]);
    expect(() => suite.store.list(5 as never)).toThrow(TypeError);
  });

  test('is read by index, from the end by negative ones; undefined where nothing is', async () => {
    const list = listOf('a', 'b', 'c');
    for (const [index, value] of [
      [0, 'a'],
      [2, 'c'],
      [-1, 'c'],
      [-3, 'a'],
      [3, undefined],
      [-4, undefined],
    ] as const) {
      expect([await list.get(index), await list.at(index)]).toEqual([value, value]);
    }
    expect(await list.length()).toBe(3);
  });

  test('is written by index, also behind the last; elsewhere outside is a RangeError, and nothing changes', async () => {
    const list = listOf(1, 2);
    await list.set(0, 10);
    await list.set(-1, 20);
    await list.set(2, 30);
    expect(await list.snapshot()).toEqual([10, 20, 30]);
    await expect(list.set(4, 0)).rejects.toThrow(RangeError);
    await expect(list.set(-4, 0)).rejects.toThrow(RangeError);
    await expect(list.set('0' as never, 0)).rejects.toThrow(TypeError);
    expect(await list.snapshot()).toEqual([10, 20, 30]);
  });

  test('grows and shrinks at both ends, and says its length or what it took', async () => {
    const list = listOf(2);
    expect([await list.push(3, 4), await list.unshift(0, 1)]).toEqual([3, 5]);
    expect(await list.snapshot()).toEqual([0, 1, 2, 3, 4]);
    expect([await list.pop(), await list.shift()]).toEqual([4, 0]);
    expect(await list.extend(new Set([8, 9]))).toBe(5);
    expect(await list.snapshot()).toEqual([1, 2, 3, 8, 9]);
    await list.clear();
    expect([await list.pop(), await list.shift(), await list.length()]).toEqual([undefined, undefined, 0]);
    expect(await list.push(1)).toBe(1);
    await expect(list.extend(5 as never)).rejects.toThrow(TypeError);
  });

  test('insert() moves up what is behind, delete() moves it down, remove() takes the first equal one', async () => {
    const list = listOf<unknown>('a', 'c');
    await list.insert(1, 'b');
    await list.insert(99, 'last');
    await list.insert(-1, { n: 1 });
    expect(await list.snapshot()).toEqual(['a', 'b', 'c', { n: 1 }, 'last']);
    await list.delete(0);
    await list.delete(-1);
    expect(await list.snapshot()).toEqual(['b', 'c', { n: 1 }]);
    await expect(list.delete(3)).rejects.toThrow(RangeError);
    expect([await list.remove({ n: 1 }), await list.remove({ n: 1 })]).toEqual([true, false]);
    expect(await list.snapshot()).toEqual(['b', 'c']);
  });

  test('splice() takes out and puts in at one place', async () => {
    const list = listOf(0, 1, 2, 3, 4, 5);
    expect(await list.splice(1, 2, 7, 8, 9)).toEqual([1, 2]);
    expect(await list.snapshot()).toEqual([0, 7, 8, 9, 3, 4, 5]);
    expect(await list.splice(-2, 1)).toEqual([4]);
    expect(await list.splice(1, 0, 6)).toEqual([]);
    expect(await list.splice(3)).toEqual([8, 9, 3, 5]);
    expect(await list.snapshot()).toEqual([0, 6, 7]);
  });

  test('setLength() cuts it, and cannot make it longer', async () => {
    const list = listOf(1, 2, 3);
    await list.setLength(1);
    expect(await list.snapshot()).toEqual([1]);
    await expect(list.setLength(2)).rejects.toThrow(RangeError);
    await expect(list.setLength(-1)).rejects.toThrow(RangeError);
  });

  test('copies parts of itself as arrays do', async () => {
    const list = listOf(1, 2, 3, 4);
    expect([await list.slice(1, 3), await list.slice(-2), await list.slice()]).toEqual([
      [2, 3],
      [3, 4],
      [1, 2, 3, 4],
    ]);
    expect(await list.concat(5, [6, 7])).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await list.join('-')).toBe('1-2-3-4');
    expect(await list.join()).toBe('1,2,3,4');
    expect([await list.keys(), await list.values()]).toEqual([
      [0, 1, 2, 3],
      [1, 2, 3, 4],
    ]);
    expect((await list.entries()).slice(1, 3)).toEqual([
      [1, 2],
      [2, 3],
    ]);
    expect(await list.length()).toBe(4);
  });

  test('fill(), reverse() and sort() change it in its place', async () => {
    const list = listOf(10, 9, 1, 2);
    await list.sort();
    expect(await list.snapshot()).toEqual([1, 10, 2, 9]); // as texts, as arrays sort
    await list.reverse();
    expect(await list.snapshot()).toEqual([9, 2, 10, 1]);
    await list.fill(0, 1, 3);
    expect(await list.snapshot()).toEqual([9, 0, 0, 1]);
    await list.fill(5);
    expect(await list.snapshot()).toEqual([5, 5, 5, 5]);
  });

  test('finds what is equal, deeply', async () => {
    const list = listOf<unknown>({ a: [1] }, 2, { a: [1] }, NaN);
    expect([await list.indexOf({ a: [1] }), await list.indexOf({ a: [1] }, 1), await list.indexOf(3)]).toEqual([
      0, 2, -1,
    ]);
    expect([await list.lastIndexOf({ a: [1] }), await list.lastIndexOf(3)]).toEqual([2, -1]);
    expect([await list.includes(NaN), await list.includes('2')]).toEqual([true, false]);
    expect([await list.count({ a: [1] }), await list.count(3)]).toEqual([2, 0]);
  });

  test('increment() adds to a number or bigint, and gives the sum', async () => {
    const list = listOf<unknown>(1, 2n, 'three');
    expect([await list.increment(0), await list.increment(0, 2.5), await list.increment(-2, 5n)]).toEqual([2, 4.5, 7n]);
    await expect(list.increment(1, 1)).rejects.toThrow(TypeError);
    await expect(list.increment(2)).rejects.toThrow(TypeError);
    await expect(list.increment(3)).rejects.toThrow(RangeError);
    expect(await list.snapshot()).toEqual([4.5, 7n, 'three']);
  });

  test('compareAndSet() sets what is deeply equal, and says whether it did', async () => {
    const list = listOf<unknown>({ n: [1] }, 2);
    expect(await list.compareAndSet(0, { n: [1] }, 'new')).toBe(true);
    expect(await list.compareAndSet(0, { n: [1] }, 'newer')).toBe(false);
    await expect(list.compareAndSet(2, undefined, 1)).rejects.toThrow(RangeError);
    expect(await list.snapshot()).toEqual(['new', 2]);
  });

  test('takes functions to change, sort and look through it', async () => {
    const list = listOf('ccc', 'a', 'bb');
    await list.sort(byLength);
    expect(await list.map((text) => text.toUpperCase())).toEqual(['A', 'BB', 'CCC']);
    expect(await list.filter((text) => text.length > 1)).toEqual(['bb', 'ccc']);
    expect([await list.find((text) => text.length === 2), await list.findIndex((text) => text === 'x')]).toEqual([
      'bb',
      -1,
    ]);
    expect([await list.some((text) => text === 'a'), await list.every((text) => text === 'a')]).toEqual([true, false]);
    expect(await list.reduce((sum, text) => sum + text.length, 0)).toBe(6);
    const numbers = listOf(1, 2);
    expect(await numbers.update(0, double, 10)).toBe(12);
    await expect(numbers.update(2, double)).rejects.toThrow(RangeError);
    await expect(numbers.map(5 as never)).rejects.toThrow(TypeError);
    expect(await numbers.snapshot()).toEqual([12, 2]);
  });

  test('is iterated as it is when that begins', async () => {
    const list = listOf(1, 2);
    const seen: number[] = [];
    for await (const one of list) {
      seen.push(one);
      await list.push(9);
    }
    expect(seen).toEqual([1, 2]);
  });

  test('gives copies: what is read by index is frozen, a snapshot is the own of who takes it', async () => {
    const list = listOf({ deep: [1] });
    const one = await list.get(0);
    expect(() => one?.deep.push(2)).toThrow(TypeError);
    const all = await list.snapshot();
    all[0]?.deep.push(2);
    expect(await list.snapshot()).toEqual([{ deep: [1] }]);
  });

  test('does calls that are not awaited in their order', async () => {
    const list = listOf<number>();
    const lengths = await Promise.all(Array.from({ length: 300 }, (_, i) => list.push(i)));
    expect(lengths).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
    expect(await list.snapshot()).toEqual(Array.from({ length: 300 }, (_, i) => i));
  });

  test('carries large values and many', async () => {
    const bytes = new Uint8Array(2_000_000).fill(7);
    const list = listOf<unknown>(bytes);
    const back = (await list.get(0)) as Uint8Array;
    expect(Buffer.compare(back, bytes)).toBe(0);
    expect(await list.extend(Array.from({ length: 20_000 }, (_, i) => i))).toBe(20_001);
    expect(await list.get(-1)).toBe(19_999);
  });

  test('what cannot be sent is refused, and nothing is done', async () => {
    const list = listOf<unknown>();
    await expect(list.push(Symbol('s'))).rejects.toThrow(/symbol/i);
    expect(await list.length()).toBe(0);
  });

  test('after close() it throws a ClosedError, and close() does nothing more', async () => {
    const list = suite.store.list();
    list.close();
    list.close();
    await expect(list.length()).rejects.toThrow(ClosedError);
  });
});
