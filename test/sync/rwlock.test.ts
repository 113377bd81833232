import { inspect } from 'node:util';
import { setImmediate as immediate } from 'node:timers/promises';
import { ClosedError, DeadlockError, NotOwnedError, TimeoutError } from '@multiprocess/shared-memory';
import { RWLock } from '@multiprocess/sync';
import { describe, expect, onTestFinished, test } from 'vitest';
import { forms, inForm, places, User } from './use.js';

const newLock = (): RWLock => {
  const lock = new RWLock();
  onTestFinished(() => {
    lock.close();
  });
  return lock;
};

describe('readers and writers', () => {
  test('readers share it, and keep writers out', async () => {
    const lock = newLock();
    expect(await lock.readLock.acquire()).toBe(true);
    expect(lock.readLock.acquireSync()).toBe(true);
    expect(lock.readLock.tryAcquire()).toBe(true);
    expect(lock.readers).toBe(3);
    expect([lock.readLock.locked, lock.writeLock.locked, lock.owner]).toEqual([true, false, undefined]);
    expect(lock.writeLock.tryAcquire()).toBe(false);
    for (let i = 0; i < 3; i++) lock.readLock.release();
    expect([lock.readers, lock.readLock.locked]).toEqual([0, false]);
    expect(lock.writeLock.tryAcquire()).toBe(true);
  });

  test('a writer keeps readers and other writers out', async () => {
    const lock = newLock();
    await lock.writeLock.acquire();
    expect(lock.owner).toEqual({ pid: process.pid, threadId: 0 });
    expect([lock.readers, lock.writeLock.locked]).toEqual([0, true]);
    for (const view of [lock.readLock, lock.writeLock]) {
      expect(view.tryAcquire()).toBe(false);
      expect(await view.acquire({ timeout: 0 })).toBe(false);
      expect(await view.acquire({ timeout: 5 })).toBe(false);
      expect(view.acquireSync({ timeout: 5 })).toBe(false);
    }
    lock.writeLock.release();
    expect(lock.readLock.tryAcquire()).toBe(true);
  });

  test.each(places)('a %s reads and writes by the rules of all others', async (where) => {
    const lock = newLock();
    const user = new User(lock, where);
    await user.call('readLock.acquire');
    expect(lock.readers).toBe(1);
    expect(lock.readLock.tryAcquire()).toBe(true);
    expect(lock.writeLock.tryAcquire()).toBe(false);
    lock.readLock.release();
    await user.call('readLock.release');
    await user.call('writeLock.acquireSync');
    expect(lock.owner?.pid).toBe(user.child.pid);
    expect(lock.readLock.tryAcquire()).toBe(false);
    await user.call('writeLock.release');
    expect(lock.readLock.tryAcquire()).toBe(true);
  });

  test('a hundred readers of one thread, more than there are of others, are let in at once', async () => {
    const lock = newLock();
    await lock.writeLock.acquire();
    const reading = Array.from({ length: 100 }, () => lock.readLock.acquire());
    const writing = lock.writeLock.acquire();
    lock.writeLock.release();
    expect(new Set(await Promise.all(reading))).toEqual(new Set([true]));
    expect(lock.readers).toBe(100);
    for (let i = 0; i < 100; i++) lock.readLock.release();
    expect(await writing).toBe(true);
  });
});

describe('phases', () => {
  test('a reader that arrives while a writer waits lets it go first', async () => {
    const lock = newLock();
    const order: string[] = [];
    await lock.readLock.acquire();
    const writing = lock.writeLock.run(() => order.push('writes'));
    expect(lock.readLock.tryAcquire()).toBe(false);
    expect(await lock.readLock.acquire({ timeout: 5 })).toBe(false);
    const reading = lock.readLock.run(() => order.push('reads'));
    lock.readLock.release();
    await Promise.all([writing, reading]);
    expect(order).toEqual(['writes', 'reads']);
  });

  test.each(forms)('a reader (%s) in another process waits for one writer only, however many wait', async (form) => {
    const lock = newLock();
    await lock.writeLock.acquire();
    const reader = new User(lock);
    await reader.wait(inForm('readLock.acquire', form));
    const writing = lock.writeLock.acquire();
    lock.writeLock.release();
    expect(await reader.result(inForm('readLock.acquire', form))).toBe('true');
    expect(lock.writeLock.locked).toBe(false);
    await reader.call('readLock.release');
    expect(await writing).toBe(true);
  });

  test('readers that were behind a writer which gave up go on', async () => {
    const lock = newLock();
    await lock.readLock.acquire();
    const controller = new AbortController();
    const writing = lock.writeLock.acquire({ signal: controller.signal });
    const reading = [lock.readLock.acquire(), lock.readLock.acquire()];
    controller.abort(new Error('never mind'));
    await expect(writing).rejects.toThrow('never mind');
    expect(await Promise.all(reading)).toEqual([true, true]);
    expect(lock.readers).toBe(3);
  });

  test('a reader that gave up when its turn had come keeps no writer waiting', async () => {
    const lock = newLock();
    await lock.writeLock.acquire();
    const controller = new AbortController();
    const reading = lock.readLock.acquire({ signal: controller.signal });
    const writing = lock.writeLock.acquire();
    lock.writeLock.release(); // its turn comes now, and it is told of it later
    controller.abort(new Error('never mind'));
    await expect(reading).rejects.toThrow('never mind');
    expect(await writing).toBe(true);
    expect(lock.readers).toBe(0);
  });

  test('a thread gives back its own shares only, not that of one of its waits', async () => {
    const lock = newLock();
    await lock.readLock.acquire();
    const controller = new AbortController();
    const writing = lock.writeLock.acquire({ signal: controller.signal });
    const reading = lock.readLock.acquire();
    controller.abort(new Error('never mind'));
    lock.readLock.release(); // the turn of the other has come, but it does not know yet
    await expect(writing).rejects.toThrow('never mind');
    expect(await reading).toBe(true);
    expect(lock.readers).toBe(1);
    lock.readLock.release();
    expect(() => lock.readLock.release()).toThrow(NotOwnedError);
  });
});

describe('releasing without holding', () => {
  test('is a NotOwnedError, and changes nothing', async () => {
    const lock = newLock();
    for (const view of [lock.readLock, lock.writeLock]) expect(() => view.release()).toThrow(NotOwnedError);
    const user = new User(lock);
    await user.call('readLock.acquire');
    for (const view of [lock.readLock, lock.writeLock]) expect(() => view.release()).toThrow(NotOwnedError);
    expect(lock.readers).toBe(1);
    await user.call('readLock.release');
    await user.call('writeLock.acquire');
    for (const view of [lock.readLock, lock.writeLock]) expect(() => view.release()).toThrow(NotOwnedError);
    expect(lock.writeLock.locked).toBe(true);
  });

  test('a share of one more, or in the other way, is not held either', () => {
    const lock = newLock();
    lock.readLock.acquireSync();
    expect(() => lock.writeLock.release()).toThrow(NotOwnedError);
    lock.readLock.release();
    expect(() => lock.readLock.release()).toThrow(NotOwnedError);
    lock.writeLock.acquireSync();
    expect(() => lock.readLock.release()).toThrow(NotOwnedError);
    expect(lock.writeLock.locked).toBe(true);
  });

  test('a wait is not a hold', async () => {
    const lock = newLock();
    const user = new User(lock);
    await user.call('readLock.acquire');
    const writing = lock.writeLock.acquire();
    expect(() => lock.writeLock.release()).toThrow(NotOwnedError);
    const reading = lock.readLock.acquire();
    expect(() => lock.readLock.release()).toThrow(NotOwnedError);
    await user.call('readLock.release');
    expect(await writing).toBe(true);
    lock.writeLock.release();
    expect(await reading).toBe(true);
  });

  test('another object of the thread may release what it took', async () => {
    const lock = newLock();
    using other = RWLock.attach(lock.handle);
    await lock.readLock.acquire();
    other.readLock.release();
    expect(lock.readers).toBe(0);
    await other.writeLock.acquire();
    lock.writeLock.release();
    expect(other.writeLock.locked).toBe(false);
  });
});

describe('a thread that would wait for itself for ever', () => {
  test('to write while it reads gets a DeadlockError, and reads on', async () => {
    const lock = newLock();
    await lock.readLock.acquire();
    expect(() => lock.writeLock.acquireSync()).toThrow(DeadlockError);
    expect(() => lock.writeLock.holdSync()).toThrow(/release the read lock first/);
    expect(lock.writeLock.acquireSync({ timeout: 5 })).toBe(false);
    expect(lock.readers).toBe(1);
    lock.readLock.release();
    expect(lock.writeLock.acquireSync()).toBe(true);
  });

  test('to write or read while it writes gets a DeadlockError', () => {
    const lock = newLock();
    lock.writeLock.acquireSync();
    expect(() => lock.writeLock.acquireSync()).toThrow(DeadlockError);
    expect(() => lock.readLock.acquireSync()).toThrow(DeadlockError);
    expect(lock.readLock.acquireSync({ timeout: 5 })).toBe(false);
    lock.writeLock.release();
    expect(lock.writeLock.locked).toBe(false);
  });

  test('to read or write behind a writer of its own that it would keep from going on gets a DeadlockError', async () => {
    const lock = newLock();
    const user = new User(lock);
    await user.call('readLock.acquire');
    const writing = lock.writeLock.acquire();
    expect(() => lock.readLock.acquireSync()).toThrow(DeadlockError);
    expect(() => lock.writeLock.acquireSync()).toThrow(DeadlockError);
    await user.call('readLock.release');
    expect(await writing).toBe(true);
  });

  test('to read again while a writer waits for it has one more share, if it would block', async () => {
    const lock = newLock();
    lock.readLock.acquireSync();
    const user = new User(lock);
    await user.wait('writeLock.acquireSync');
    expect(lock.readLock.tryAcquire()).toBe(false);
    expect(lock.readLock.acquireSync()).toBe(true);
    lock.readLock.release();
    lock.readLock.release();
    expect(await user.result('writeLock.acquireSync')).toBe('true');
  });

  test('waits, if it awaits, until another task releases it', async () => {
    const lock = newLock();
    await lock.readLock.acquire();
    const writing = lock.writeLock.acquire();
    await immediate();
    lock.readLock.release();
    expect(await writing).toBe(true);
  });
});

describe('holding', () => {
  test('a guard releases its share once', async () => {
    const lock = newLock();
    {
      await using guard = await lock.readLock.hold();
      using second = lock.readLock.holdSync();
      expect(lock.readers).toBe(2);
      second.release();
      second.release();
      expect(guard).toBeDefined();
      expect(lock.readers).toBe(1);
    }
    expect(lock.readers).toBe(0);
    const guard = await lock.writeLock.hold();
    await expect(lock.readLock.hold({ timeout: 1 })).rejects.toThrow(TimeoutError);
    await expect(lock.writeLock.run(() => 1, { timeout: 1 })).rejects.toThrow(/The WriteLock was not free within 1 ms/);
    guard.release();
    expect(lock.writeLock.runSync(() => lock.owner?.pid)).toBe(process.pid);
    expect(lock.writeLock.locked).toBe(false);
  });

  test('views keep their lock alive', () => {
    const { readLock } = newLock();
    expect(readLock.tryAcquire()).toBe(true);
  });
});

describe('as a shared object', () => {
  test('is shown with its readers or its writer', async () => {
    const lock = newLock();
    await lock.readLock.acquire();
    expect(inspect(lock)).toBe('RWLock { readers: 1 }');
    expect(inspect(lock.readLock)).toBe('ReadLock { locked: true }');
    lock.readLock.release();
    await lock.writeLock.acquire();
    expect(inspect(lock)).toBe(`RWLock { readers: 0, owner: { pid: ${process.pid}, threadId: 0 } }`);
  });

  test('after close() all is a ClosedError, also what was pending', async () => {
    const lock = new RWLock();
    await lock.writeLock.acquire();
    const pending = [lock.readLock.acquire(), lock.writeLock.acquire()];
    lock.close();
    lock.close();
    for (const wait of pending) await expect(wait).rejects.toThrow(ClosedError);
    for (const view of [lock.readLock, lock.writeLock]) {
      expect(() => view.locked).toThrow(ClosedError);
      expect(() => view.tryAcquire()).toThrow(ClosedError);
      expect(() => view.acquireSync()).toThrow(ClosedError);
      expect(() => view.release()).toThrow(ClosedError);
      await expect(view.acquire()).rejects.toThrow(ClosedError);
    }
    expect(() => lock.readers).toThrow(ClosedError);
    expect(() => lock.owner).toThrow(ClosedError);
  });

  test('what is pending keeps the event loop alive, unless unref() was called', async () => {
    const lock = newLock();
    await lock.writeLock.acquire();
    const waiting = new User(lock);
    await waiting.call('unref');
    await waiting.wait('readLock.acquire');
    waiting.child.end();
    expect(await waiting.child.exit).toEqual({ code: 0, signal: null });
  });
});
