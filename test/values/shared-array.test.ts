import { Process } from '@multiprocess/process';
import { attach } from '@multiprocess/shared-memory';
import { SharedArray } from '@multiprocess/values';
import { expect, test } from 'vitest';
import { fillArray } from './fixtures/values.mjs';

test('array is a real typed array over shared memory', () => {
  using array = new SharedArray('f64', 1000);
  expect(array.array).toBeInstanceOf(Float64Array);
  expect([array.length, array.array.length, array.type]).toEqual([1000, 1000, 'f64']);
  using other = attach(array.handle) as SharedArray<'f64'>;
  array.array[999] = 0.5;
  expect(other.array[999]).toBe(0.5);
});

test.each([
  ['i8', Int8Array],
  ['u8', Uint8Array],
  ['i16', Int16Array],
  ['u16', Uint16Array],
  ['i32', Int32Array],
  ['u32', Uint32Array],
  ['i64', BigInt64Array],
  ['u64', BigUint64Array],
  ['f32', Float32Array],
  ['f64', Float64Array],
  ['bool', Uint8Array],
] as const)('the array of type %s has its class', (type, Class) => {
  using array = new SharedArray(type, 3);
  expect(array.array).toBeInstanceOf(Class);
  expect(array.array.length).toBe(3);
});

test('what another process writes is there without a copy', async () => {
  using array = new SharedArray('i32', 1000);
  const { array: memory } = array;
  const writers = [
    new Process({ target: fillArray, args: [array, 0, 500] }),
    new Process({ target: fillArray, args: [array, 500, 1000] }),
  ];
  for (const writer of writers) writer.start();
  for (const writer of writers) await writer.join();
  expect([...memory]).toEqual(Array.from({ length: 1000 }, (_, i) => i));
});

test('it takes its content from an iterable', () => {
  using array = new SharedArray('i16', new Set([3, 1, 2]));
  expect([...array]).toEqual([3, 1, 2]);
  using none = new SharedArray('i16', []);
  expect([none.length, [...none]]).toEqual([0, []]);
});

test('at() and set() count from the end with negative indexes, and refuse those outside', () => {
  using array = new SharedArray('u8', [1, 2, 3]);
  expect([array.at(0), array.at(-1), array.at(-3)]).toEqual([1, 3, 1]);
  array.set(-2, 9);
  expect([...array]).toEqual([1, 9, 3]);
  for (const index of [3, -4, 0.5, NaN]) {
    expect(() => array.at(index)).toThrow(RangeError);
    expect(() => array.set(index, 1)).toThrow(RangeError);
  }
  expect(() => array.at('0' as never)).toThrow(TypeError);
});

test('values out of range are refused, and change nothing', () => {
  using array = new SharedArray('u8', [1, 2, 3]);
  expect(() => array.set(0, 256)).toThrow('from 0 to 255, received 256');
  expect(() => array.add(0, 255)).toThrow(RangeError);
  expect([...array]).toEqual([1, 2, 3]);
  expect(() => new SharedArray('u8', [1, 256])).toThrow(RangeError);
});

test('add() and compareExchange() change one value at a time', () => {
  using array = new SharedArray('i64', [1n, 2n]);
  expect(array.add(1, 5n)).toBe(2n);
  expect(array.compareExchange(0, 1n, 10n)).toBe(1n);
  expect([...array]).toEqual([10n, 7n]);
});

test.each([-1, 0.5, 2 ** 40, NaN])('a length of %s is refused', (length) => {
  expect(() => new SharedArray('u8', length)).toThrow(RangeError);
});

test('neither a length nor an iterable is refused', () => {
  expect(() => new SharedArray('u8', {} as never)).toThrow(TypeError);
  expect(() => new SharedArray('u8', null as never)).toThrow(TypeError);
});

test('a named array is found again only with its type and length', () => {
  using first = new SharedArray('u8', 3, { name: 'named array' });
  using second = new SharedArray('u8', 3, { name: 'named array' });
  first.set(0, 7);
  expect(second.at(0)).toBe(7);
  expect(() => new SharedArray('u8', 4, { name: 'named array' })).toThrow('named array');
  expect(() => new SharedArray('i8', 3, { name: 'named array' })).toThrow('of type u8');
});

test('after close() it throws, and its memory reads as zero', () => {
  const array = new SharedArray('u8', [1, 2, 3]);
  const memory = array.array;
  array.close();
  expect(() => array.array).toThrow('closed');
  expect(() => array.at(0)).toThrow('closed');
  expect([...memory]).toEqual([0, 0, 0]);
});
