import { DeadlockError, NotOwnedError } from '@multiprocess/shared-memory';
import { Lock } from '@multiprocess/sync';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { until } from '../helpers/until.js';

const holdLock = (lock: Lock, form = 'sync') =>
  startChild(new URL('fixtures/hold-lock.mjs', import.meta.url), { args: [lock.handle, form] });

/** The default, and that which goes to threads in order of arrival. */
const kinds = [
  { kind: 'Lock', newLock: () => new Lock() },
  { kind: 'fair Lock', newLock: () => new Lock({ fair: true }) },
];

describe.each(kinds)('$kind', ({ newLock }) => {
  test('one holds it at a time, in either form', async () => {
    using lock = newLock();
    expect(lock.locked).toBe(false);
    expect(lock.tryAcquire()).toBe(true);
    expect(lock.locked).toBe(true);
    expect(lock.tryAcquire()).toBe(false);
    lock.release();
    expect(lock.acquireSync()).toBe(true);
    lock.release();
    expect(await lock.acquire()).toBe(true);
    lock.release();
    expect(lock.locked).toBe(false);
  });

  test('release() of a lock that is not held is a NotOwnedError and changes nothing', () => {
    using lock = newLock();
    expect(() => lock.release()).toThrow(NotOwnedError);
    expect(lock.tryAcquire()).toBe(true);
    lock.release();
    expect(() => lock.release()).toThrow(NotOwnedError);
    expect(lock.locked).toBe(false);
  });

  test('another process may release it', async () => {
    using lock = newLock();
    const child = holdLock(lock);
    await child.line('holds');
    expect(lock.tryAcquire()).toBe(false);
    lock.release();
    expect(lock.tryAcquire()).toBe(true);
    child.say('release');
    await child.line('released');
    expect(lock.locked).toBe(false);
  });

  test('owner tells the thread that holds it', async () => {
    using lock = newLock();
    expect(lock.owner).toBe(undefined);
    lock.acquireSync();
    expect(lock.owner).toEqual({ pid: process.pid, threadId: 0 });
    lock.release();
    const child = holdLock(lock);
    await child.line('holds');
    expect(lock.owner).toEqual({ pid: child.pid, threadId: 0 });
    child.say('release');
    await child.line('released');
    expect(lock.owner).toBe(undefined);
  });

  test('a process that ends in good order while it holds the lock changes nothing until the lock is acquired', async () => {
    using lock = newLock();
    const child = holdLock(lock);
    await child.line('holds');
    child.say('exit');
    await child.exit;
    expect(lock.locked).toBe(true);
    expect(lock.owner).toBe(undefined);
    lock.release(); // anyone may
    expect(lock.tryAcquire()).toBe(true);
    expect(lock.ownerDied).toBe(false);
  });

  describe('ownerDied', () => {
    test.each(['tryAcquire', 'acquireSync', 'acquire'] as const)(
      'is told by %s(), and stays until the next acquire',
      async (method) => {
        using lock = newLock();
        using other = Lock.attach(lock.handle);
        const child = holdLock(lock);
        await child.line('holds');
        await child.kill();
        expect(lock.ownerDied).toBe(false);
        expect(await lock[method]()).toBe(true);
        expect(lock.ownerDied).toBe(true);
        expect(lock.owner).toEqual({ pid: process.pid, threadId: 0 });
        expect(lock.tryAcquire()).toBe(false);
        expect(lock.acquireSync({ timeout: 1 })).toBe(false);
        expect(await lock.acquire({ timeout: 1 })).toBe(false);
        expect(lock.ownerDied).toBe(true); // what failed was no acquire
        expect(other.ownerDied).toBe(false);
        lock.release();
        expect(lock.ownerDied).toBe(true);
        lock.acquireSync();
        expect(lock.ownerDied).toBe(false);
      },
    );
  });

  describe('a thread that holds it and would wait for itself', () => {
    test('gets a DeadlockError from acquireSync() without a timeout', () => {
      using lock = newLock();
      using same = Lock.attach(lock.handle);
      lock.acquireSync();
      expect(() => lock.acquireSync()).toThrow(DeadlockError);
      expect(() => same.acquireSync()).toThrow(DeadlockError);
      expect(() => same.holdSync()).toThrow(DeadlockError);
      expect(lock.locked).toBe(true);
    });

    test('gets false from acquireSync() with one', () => {
      using lock = newLock();
      lock.acquireSync();
      expect(lock.acquireSync({ timeout: 20 })).toBe(false);
      expect(lock.acquireSync({ block: false })).toBe(false);
    });

    test('awaits acquire() until something else in it releases', async () => {
      using lock = newLock();
      await lock.acquire();
      const second = lock.acquire();
      lock.release();
      expect(await second).toBe(true);
    });
  });

  test('async callers of one thread have it in order', async () => {
    using lock = newLock();
    lock.acquireSync();
    const order: number[] = [];
    const turns = Array.from({ length: 200 }, async (_, i) => {
      await lock.acquire();
      order.push(i);
      lock.release();
    });
    lock.release();
    await Promise.all(turns);
    expect(order).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });

  test('a newcomer does not overtake waiters of its own thread', async () => {
    using lock = newLock();
    lock.acquireSync();
    const order: string[] = [];
    const first = lock.acquire().then(() => order.push('first'));
    lock.release();
    const second = lock.acquire().then(() => order.push('second'));
    await first;
    lock.release();
    await second;
    expect(order).toEqual(['first', 'second']);
  });

  test('blocked and async waiters in other processes all get it', async () => {
    using lock = newLock();
    lock.acquireSync();
    const children = ['sync', 'async', 'sync', 'async'].map((form) => holdLock(lock, form));
    for (const child of children) await child.line('waits');
    lock.release();
    const holds = children.map(async (child) => {
      await child.line('holds');
      child.say('release');
      await child.line('released');
    });
    await Promise.all(holds);
    expect(lock.locked).toBe(false);
  });

  test('release() wakes an async waiter while the releasing thread goes on without a pause', async () => {
    using lock = newLock();
    lock.acquireSync();
    const child = holdLock(lock, 'async');
    await child.line('waits');
    lock.release();
    await until(() => lock.owner?.pid === child.pid);
  });
});
