import { ClosedError } from '@multiprocess/shared-memory';
import { expect, test } from 'vitest';
import { describeManagers } from './stores.js';

describeManagers('an array', (suite) => {
  test('is made of values or of as many zeros, checked by its type', async () => {
    const { store } = suite;
    expect(await suite.closing(store.array('u8', [1, 2, 3])).snapshot()).toEqual([1, 2, 3]);
    expect(await suite.closing(store.array('f64', 2)).snapshot()).toEqual([0, 0]);
    expect(await suite.closing(store.array('bool', [true, false])).snapshot()).toEqual([true, false]);
    expect(await suite.closing(store.array('i64', 1)).snapshot()).toEqual([0n]);
    expect(() => store.array('nonsense' as never, 1)).toThrow(/type/);
    expect(() => store.array('u8', -1)).toThrow(RangeError);
    const wrong = suite.closing(store.array('u8', [256]));
    await expect(wrong.length()).rejects.toThrow(RangeError); // each of its calls says what is wrong with it
  });

  test('is read and written by index, from the end by negative ones', async () => {
    const array = suite.closing(suite.store.array('u8', [1, 2, 3]));
    await array.set(-1, 255);
    expect([await array.get(2), await array.get(-3), await array.length()]).toEqual([255, 1, 3]);
    for (const index of [3, -4]) {
      await expect(array.get(index)).rejects.toThrow(RangeError);
      await expect(array.set(index, 1)).rejects.toThrow(RangeError);
    }
    await expect(array.get('0' as never)).rejects.toThrow(TypeError);
  });

  test.each([
    ['u8', 255, 256],
    ['i16', -32768, -32769],
    ['u32', 4294967295, -1],
    ['i64', -(2n ** 63n), 2n ** 63n],
    ['u64', 2n ** 64n - 1n, -1n],
  ] as const)('of type %s takes %s, and refuses %s with a RangeError', async (type, inside, outside) => {
    const array = suite.closing(suite.store.array(type, 1));
    await array.set(0, inside);
    await expect(array.set(0, outside)).rejects.toThrow(RangeError);
    await expect(array.set(0, 'text' as never)).rejects.toThrow(TypeError);
    expect(await array.get(0)).toBe(inside);
  });

  test('of floats keeps them as exactly as its type does', async () => {
    const { store } = suite;
    const single = suite.closing(store.array('f32', [0.1, -Infinity, NaN]));
    expect(await single.snapshot()).toEqual([Math.fround(0.1), -Infinity, NaN]);
    const double = suite.closing(store.array('f64', [0.1, -0, Number.MAX_VALUE]));
    expect(await double.snapshot()).toEqual([0.1, -0, Number.MAX_VALUE]);
  });

  test('add() adds to one, and gives the value before; a sum out of range changes nothing', async () => {
    const array = suite.closing(suite.store.array('u8', [250, 1]));
    expect([await array.add(0, 5), await array.add(-1, 1)]).toEqual([250, 1]);
    await expect(array.add(0, 1)).rejects.toThrow(RangeError);
    expect(await array.snapshot()).toEqual([255, 2]);
    await Promise.all(Array.from({ length: 100 }, () => array.add(1, 1)));
    expect(await array.get(1)).toBe(102);
  });

  test('slice() and fill() are those of arrays', async () => {
    const array = suite.closing(suite.store.array('i32', [1, 2, 3, 4]));
    expect([await array.slice(1, 3), await array.slice(-1), await array.slice()]).toEqual([[2, 3], [4], [1, 2, 3, 4]]);
    await array.fill(7, 1, -1);
    expect(await array.snapshot()).toEqual([1, 7, 7, 4]);
    await array.fill(0);
    expect(await array.snapshot()).toEqual([0, 0, 0, 0]);
    await expect(array.fill(2 ** 31)).rejects.toThrow(RangeError);
  });

  test('is iterated as it is when that begins', async () => {
    const array = suite.closing(suite.store.array('u8', [1, 2]));
    const seen: number[] = [];
    for await (const one of array) {
      seen.push(one);
      await array.fill(9);
    }
    expect(seen).toEqual([1, 2]);
  });

  test('after close() it throws a ClosedError', async () => {
    const array = suite.store.array('u8', 1);
    array.close();
    await expect(array.get(0)).rejects.toThrow(ClosedError);
  });
});
