import { Process } from '@multiprocess/process';
import { Queue } from '@multiprocess/queue';
import { HandleError } from '@multiprocess/shared-memory';
import { Lock, RLock } from '@multiprocess/sync';
import { SharedArray, SharedValue } from '@multiprocess/values';
import type { CellOptions } from '@multiprocess/values';
import { describe, expect, test } from 'vitest';
import { tellLocks } from './fixtures/values.mjs';

const locks = [
  ['a Lock', () => new Lock()],
  ['an RLock', () => new RLock()],
] as const;

const makers = [
  [
    'SharedValue',
    (options?: CellOptions) => new SharedValue('i32', 1, options),
    (handle: string) => SharedValue.attach(handle),
  ],
  [
    'SharedArray',
    (options?: CellOptions) => new SharedArray('f64', 3, options),
    (handle: string) => SharedArray.attach(handle),
  ],
] as const;

describe.each(makers)('%s', (_class, make, attach) => {
  test.each(locks)('has the very lock that it was given: %s', (_name, newLock) => {
    using lock = newLock();
    const one = make({ lock });
    expect(one.lock).toBe(lock);
    expect(one.lock).toBe(lock);
    using other = make({ lock });
    expect(other.lock).toBe(lock);
    lock.acquireSync();
    expect(other.lock.locked).toBe(true);
    lock.release();
    one.close();
    expect(lock.tryAcquire()).toBe(true); // it is the caller's, and stays open
    lock.release();
  });

  test.each(locks)('that comes from elsewhere has an equal lock: %s', (_name, newLock) => {
    using lock = newLock();
    using one = make({ lock });
    using again = attach(one.handle);
    expect(again.lock.constructor).toBe(lock.constructor);
    expect(again.lock.handle).toBe(lock.handle);
    expect(again.lock).toBe(again.lock);
    again.lock.acquireSync();
    expect(lock.locked).toBe(true);
    again.lock.release();
  });

  test.each(locks)('in another process has an equal lock, which two share: %s', async (_name, newLock) => {
    using lock = newLock();
    using answers = new Queue<[string, string, boolean]>();
    using one = make({ lock });
    using other = make({ lock });
    const child = new Process({ target: tellLocks, args: [one, other, answers] });
    child.start();
    expect(await answers.get()).toEqual([lock.handle, lock.handle, true]);
    await child.join();
    expect(child.exitCode).toBe(0);
  });

  test('of the same name has the same lock, or is refused', () => {
    using lock = new RLock();
    using own = new Lock();
    using one = make({ name: 'with-lock', lock });
    using same = make({ name: 'with-lock', lock });
    expect(same.lock).toBe(lock);
    using any = make({ name: 'with-lock' });
    expect(any.lock.handle).toBe(lock.handle);
    for (const other of [own, false, true] as const) {
      expect(() => make({ name: 'with-lock', lock: other })).toThrow(HandleError);
      expect(() => make({ name: 'with-lock', lock: other })).toThrow(/was made with another lock/);
    }
    using none = make({ name: 'without-lock', lock: false });
    expect(() => make({ name: 'without-lock', lock })).toThrow(HandleError);
    expect(() => none.lock).toThrow(TypeError);
    expect(one.lock).toBe(lock);
  });
});
