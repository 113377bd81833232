import { NotOwnedError } from '@multiprocess/shared-memory';
import { Guard, Lock } from '@multiprocess/sync';
import { expect, test } from 'vitest';
import { until } from '../helpers/until.js';

test('a using block holds the lock and gives it back, also when it throws', () => {
  using lock = new Lock();
  {
    using guard = lock.holdSync();
    expect(guard).toBeInstanceOf(Guard);
    expect(lock.locked).toBe(true);
  }
  expect(lock.locked).toBe(false);
  expect(() => {
    using guard = lock.holdSync();
    throw new Error(`inside ${typeof guard}`);
  }).toThrow('inside');
  expect(lock.locked).toBe(false);
});

test('an await using block does the same', async () => {
  using lock = new Lock();
  {
    await using guard = await lock.hold();
    expect(guard).toBeInstanceOf(Guard);
    expect(lock.locked).toBe(true);
  }
  expect(lock.locked).toBe(false);
});

test('release() gives back once, however often it is called', () => {
  using lock = new Lock();
  const guard = lock.holdSync();
  guard.release();
  expect(lock.tryAcquire()).toBe(true); // another holder's now
  guard.release();
  guard[Symbol.dispose]();
  expect(lock.locked).toBe(true);
});

test('a guard of a lock that was released elsewhere is a NotOwnedError', () => {
  using lock = new Lock();
  const guard = lock.holdSync();
  lock.release();
  expect(() => guard.release()).toThrow(NotOwnedError);
});

test('runSync() returns what the function returns, and gives back whatever happens', () => {
  using lock = new Lock();
  expect(lock.runSync(() => lock.locked)).toBe(true);
  expect(() =>
    lock.runSync(() => {
      throw new Error('inside');
    }),
  ).toThrow('inside');
  expect(lock.locked).toBe(false);
});

test('run() holds the lock until the promise that the function returned is settled', async () => {
  using lock = new Lock();
  let finish: ((result: string) => void) | undefined;
  const result = new Promise<string>((resolve) => (finish = resolve));
  const running = lock.run(() => result);
  await until(() => lock.locked);
  await new Promise((resolve) => setImmediate(resolve));
  expect(lock.locked).toBe(true);
  finish?.('result');
  expect(await running).toBe('result');
  expect(lock.locked).toBe(false);
  await expect(lock.run(() => Promise.reject(new Error('inside')))).rejects.toThrow('inside');
  await expect(
    lock.run(() => {
      throw new Error('at once');
    }),
  ).rejects.toThrow('at once');
  expect(lock.locked).toBe(false);
});

test('run() from many places runs one at a time, in order', async () => {
  using lock = new Lock();
  let inside = 0;
  const order: number[] = [];
  await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      lock.run(async () => {
        expect(++inside).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        order.push(i);
        inside--;
      }),
    ),
  );
  expect(order).toEqual(Array.from({ length: 50 }, (_, i) => i));
});
