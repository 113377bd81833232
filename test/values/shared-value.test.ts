import { Process } from '@multiprocess/process';
import { attach, listSegments } from '@multiprocess/shared-memory';
import { Lock } from '@multiprocess/sync';
import { SharedValue } from '@multiprocess/values';
import type { ValueType, ValueTypes } from '@multiprocess/values';
import { describe, expect, test } from 'vitest';
import { until } from '../helpers/until.js';
import { markKilled } from '../helpers/segment-directory.js';
import { addMany, holdLock, incrementUnderLock } from './fixtures/values.mjs';

/** Least and most of each integer type. */
const integers: readonly (readonly [ValueType, number | bigint, number | bigint])[] = [
  ['i8', -128, 127],
  ['u8', 0, 255],
  ['i16', -32768, 32767],
  ['u16', 0, 65535],
  ['i32', -(2 ** 31), 2 ** 31 - 1],
  ['u32', 0, 2 ** 32 - 1],
  ['i64', -(2n ** 63n), 2n ** 63n - 1n],
  ['u64', 0n, 2n ** 64n - 1n],
];

async function inProcesses(count: number, target: (...args: never[]) => unknown, args: readonly unknown[]) {
  const processes = Array.from({ length: count }, () => new Process({ target, args: args as never[] }));
  for (const one of processes) one.start();
  await Promise.all(processes.map((one) => one.join()));
  expect(processes.map((one) => one.exitCode)).toEqual(processes.map(() => 0));
}

test.each([...integers.map(([type]) => type), 'f32', 'f64', 'bool'] as ValueType[])(
  'a value of type %s begins with zero',
  (type) => {
    using value = new SharedValue(type);
    expect(Number(value.get())).toBe(0);
    expect(value.type).toBe(type);
  },
);

describe.each(integers)('%s', (type, least, most) => {
  const one = (typeof least === 'bigint' ? 1n : 1) as never;
  const sum = (a: number | bigint, b: number | bigint) => ((a as number) + (b as number)) as never;

  test('holds each value in its range', () => {
    using value = new SharedValue(type, least);
    expect(value.value).toBe(least);
    value.value = most;
    expect(value.get()).toBe(most);
  });

  test('refuses values outside its range, and keeps its own', () => {
    using value = new SharedValue(type, one);
    expect(() => value.set(sum(most, one))).toThrow(RangeError);
    expect(() => value.set(sum(least, -(one as number)))).toThrow(RangeError);
    expect(() => value.set('1' as never)).toThrow(TypeError);
    expect(value.get()).toBe(one);
  });

  test('adds nothing when the sum would be out of range', () => {
    using value = new SharedValue(type, most);
    expect(() => value.add(one)).toThrow(RangeError);
    expect(value.get()).toBe(most);
  });

  test('add() and compareExchange() return the value before', () => {
    using value = new SharedValue(type, one);
    expect(value.add(one)).toBe(one);
    expect(value.compareExchange(one, one)).toBe(sum(one, one));
    expect(value.compareExchange(sum(one, one), one)).toBe(sum(one, one));
    expect(value.get()).toBe(one);
  });
});

test('an integer does not take a fraction, nor a number where a bigint is due', () => {
  using small = new SharedValue('i32', 1);
  expect(() => small.set(1.5)).toThrow('whole number from -2147483648 to 2147483647, received 1.5');
  expect(() => small.add(0.5)).toThrow(RangeError);
  using large = new SharedValue('i64');
  expect(() => large.set(1 as never)).toThrow('value must be a bigint like 1n, from');
});

test('floats hold what floats hold', () => {
  using double = new SharedValue('f64', 0.1);
  double.add(0.2);
  expect(double.get()).toBe(0.1 + 0.2);
  double.set(Infinity);
  expect(double.get()).toBe(Infinity);
  using single = new SharedValue('f32', 0.1);
  expect(single.get()).toBe(Math.fround(0.1));
  expect(() => single.set(1e300)).toThrow(RangeError);
  single.set(NaN);
  expect(single.compareExchange(NaN, 1)).toBe(NaN);
  expect(single.get()).toBe(1);
});

test('a boolean is true or false, and cannot be added to', () => {
  using flag = new SharedValue('bool', true);
  expect(flag.compareExchange(true, false)).toBe(true);
  expect(flag.value).toBe(false);
  expect(() => flag.set(1 as never)).toThrow(TypeError);
  expect(() => flag.add(true)).toThrow(TypeError);
});

test('an unknown type is refused', () => {
  expect(() => new SharedValue('int' as never)).toThrow("type must be 'i8' or 'u8' or");
});

test('four processes that add ten thousand times each make forty thousand', async () => {
  using value = new SharedValue('i32', 0);
  await inProcesses(4, addMany, [value, 10_000]);
  expect(value.get()).toBe(40_000);
});

test.each(['u8', 'f64', 'f32'] as const)('add() is exact between processes for %s, too', async (type) => {
  using value = new SharedValue(type, 0);
  await inProcesses(2, addMany, [value, 100]);
  expect(value.get()).toBe(200);
});

test('several operations are one under the lock that goes with the value', async () => {
  using value = new SharedValue('i32', 0);
  await inProcesses(4, incrementUnderLock, [value, 500]);
  expect(value.get()).toBe(2000);
});

test('the lock of its own is the same in all threads, and may be taken again by its holder', () => {
  using value = new SharedValue('i32', 0);
  using other = attach(value.handle) as SharedValue<'i32'>;
  value.lock.acquireSync();
  expect(other.lock.locked).toBe(true);
  expect(value.lock.tryAcquire()).toBe(true);
  value.lock.release();
  value.lock.release();
  expect(other.lock.locked).toBe(false);
});

test('a lock that is given goes with the value wherever it goes', () => {
  using lock = new Lock();
  using value = new SharedValue('u8', 1, { lock });
  using other = attach(value.handle) as SharedValue<'u8'>;
  lock.acquireSync();
  expect(other.lock.locked).toBe(true);
  lock.release();
  expect(() => new SharedValue('u8', 1, { lock: {} as never })).toThrow(
    'lock must be a Lock, an RLock, true, or false for no lock, received {} (object)',
  );
});

test('with lock: false there is none', () => {
  using value = new SharedValue('u8', 1, { lock: false });
  expect(() => value.lock).toThrow('lock: false');
});

test('the lock of a process that was killed is taken over', async () => {
  using value = new SharedValue('i32', 0);
  const holder = new Process({ target: holdLock, args: [value] });
  holder.start();
  await until(() => value.get() === 1);
  expect(value.lock.locked).toBe(true);
  holder.kill();
  markKilled();
  expect(await value.lock.acquire()).toBe(true);
  expect(value.lock.ownerDied).toBe(true);
  value.lock.release();
  await holder.join();
});

test('a named value is found again, with what it has, and only as the type it is of', () => {
  using first = new SharedValue('i32', 5, { name: 'values named' });
  using second = new SharedValue('i32', 9, { name: 'values named' });
  expect(second.get()).toBe(5);
  first.set(6);
  expect(second.get()).toBe(6);
  expect(() => new SharedValue('u32', 9, { name: 'values named' })).toThrow('of type i32');
});

test('after close() nothing can be done with it, and nothing is left of it', () => {
  const value = new SharedValue<'i8'>('i8', 1);
  value.lock.acquireSync();
  value.lock.release();
  value.close();
  value.close();
  for (const use of [() => value.get(), () => value.set(1), () => value.add(1), () => value.lock]) {
    expect(use).toThrow('This SharedValue has been closed here');
  }
  expect(listSegments().filter(({ kind }) => kind.startsWith('values.') || kind.startsWith('sync.'))).toEqual([]);
});

test('types tell what a value is', () => {
  using value = new SharedValue('i64', 1n);
  const big: ValueTypes['i64'] = value.get();
  expect(big).toBe(1n);
});
