import { ClosedError } from '@multiprocess/shared-memory';
import { expect, test } from 'vitest';
import { double } from './fixtures/functions.mjs';
import { describeStores } from './stores.js';

describeStores('a namespace', (suite) => {
  test('has names with values', async () => {
    const names = suite.closing(suite.store.namespace({ x: 1 }));
    await names.set('y', [2]);
    await names.set('x', { deep: 3 });
    expect([await names.get('x'), await names.get('y'), await names.get('z')]).toEqual([{ deep: 3 }, [2], undefined]);
    expect([await names.has('y'), await names.has('z'), await names.names()]).toEqual([true, false, ['x', 'y']]);
    expect([await names.delete('x'), await names.delete('x')]).toEqual([true, false]);
    expect(await names.snapshot()).toEqual({ y: [2] });
  });

  test('gives copies: what is read by name is frozen', async () => {
    const names = suite.closing(suite.store.namespace({ list: [1] }));
    const list = (await names.get('list')) as number[];
    expect(() => list.push(2)).toThrow(TypeError);
  });

  test('is made of an object only', () => {
    for (const wrong of [5, null, [1], 'text']) expect(() => suite.store.namespace(wrong as never)).toThrow(TypeError);
  });

  test('after close() it throws a ClosedError', async () => {
    const names = suite.store.namespace();
    names.close();
    await expect(names.get('a')).rejects.toThrow(ClosedError);
  });
});

describeStores('a value', (suite) => {
  test('is got and set, of any kind', async () => {
    const value = suite.closing(suite.store.value<unknown>(5));
    expect(await value.get()).toBe(5);
    for (const one of ['text', null, undefined, 2n ** 64n, { deep: [new Date(1)] }, new Map([[1, 2]])]) {
      await value.set(one);
      expect(await value.get()).toEqual(one);
    }
  });

  test('add() adds to a number or bigint, and gives the value before', async () => {
    const value = suite.closing(suite.store.value(5));
    expect([await value.add(3), await value.add(-0.5), await value.get()]).toEqual([5, 8, 7.5]);
    const big = suite.closing(suite.store.value(2n ** 60n));
    expect([await big.add(1n), await big.get()]).toEqual([2n ** 60n, 2n ** 60n + 1n]);
    await expect(value.add('1' as never)).rejects.toThrow(TypeError);
    await expect(big.add(1 as never)).rejects.toThrow(TypeError);
    expect(await value.get()).toBe(7.5);
  });

  test('compareAndSet() sets what is deeply equal, and says whether it did', async () => {
    const value = suite.closing(suite.store.value<unknown>({ deep: [1] }));
    expect([await value.compareAndSet({ deep: [1] }, 2), await value.compareAndSet({ deep: [1] }, 3)]).toEqual([
      true,
      false,
    ]);
    expect(await value.get()).toBe(2);
  });

  test('update() sets what a function makes of it, and gives that', async () => {
    const value = suite.closing(suite.store.value(2));
    expect([await value.update(double, 1), await value.update((n) => n * 10), await value.get()]).toEqual([5, 50, 50]);
    await expect(value.update(5 as never)).rejects.toThrow(TypeError);
  });

  test('changes in one step: nothing that many add at once is lost', async () => {
    const value = suite.closing(suite.store.value(0));
    const before = await Promise.all(Array.from({ length: 200 }, () => value.add(1)));
    expect(new Set(before).size).toBe(200);
    expect(await value.get()).toBe(200);
  });

  test('after close() it throws a ClosedError', async () => {
    const value = suite.store.value(1);
    value.close();
    await expect(value.get()).rejects.toThrow(ClosedError);
  });
});
