import { attach, ClosedError, HandleError, SharedMemory } from '@multiprocess/shared-memory';
import { Queue } from '@multiprocess/queue';
import { Lock } from '@multiprocess/sync';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startChild } from '../helpers/children.js';

test('a handle leads to the same lock, through Lock.attach() and attach()', () => {
  using lock = new Lock();
  using attached = Lock.attach(lock.handle);
  const object = attach(lock.handle);
  onTestFinished(() => object.close());
  expect(object).toBeInstanceOf(Lock);
  const any = object as Lock;
  lock.acquireSync();
  expect([attached.locked, any.tryAcquire()]).toEqual([true, false]);
  any.release();
  expect(lock.locked).toBe(false);
  expect([attached.handle, any.handle]).toEqual([lock.handle, lock.handle]);
});

test('a handle is a string that JSON and argv carry', () => {
  using lock = new Lock();
  expect(JSON.parse(JSON.stringify(lock.handle))).toBe(lock.handle);
  expect(lock.handle).toMatch(/^multiprocess:sync\.Lock:[\w-]+$/);
});

test('the same name is the same lock, also in another process', async () => {
  using lock = new Lock({ name: 'printer' });
  using same = new Lock({ name: 'printer' });
  lock.acquireSync();
  expect(same.tryAcquire()).toBe(false);
  const child = startChild(new URL('fixtures/named-lock.mjs', import.meta.url), { args: ['printer'] });
  expect(await child.line(/^tryAcquire/)).toBe('tryAcquire false');
  lock.release();
  child.say('again');
  expect(await child.line(/^tryAcquire/)).toBe('tryAcquire true');
  expect(lock.locked).toBe(true);
});

test('a name is free when the last user has gone', () => {
  const first = new Lock({ name: 'short-lived' });
  first.acquireSync();
  first.close();
  using second = new Lock({ name: 'short-lived' });
  expect(second.locked).toBe(false);
});

describe('a HandleError', () => {
  test('for a handle of another kind, by either side', () => {
    using lock = new Lock();
    using queue = new Queue();
    using memory = new SharedMemory({ size: 64 });
    expect(() => Lock.attach(queue.handle)).toThrow(HandleError);
    expect(() => Lock.attach(memory.handle)).toThrow(HandleError);
    expect(() => Queue.attach(lock.handle)).toThrow(HandleError);
    expect(() => SharedMemory.attach(lock.handle)).toThrow(HandleError);
  });

  test('for a handle that lies about its kind', () => {
    using queue = new Queue();
    expect(() => Lock.attach(queue.handle.replace('queue.Queue', 'sync.Lock'))).toThrow(HandleError);
    expect(() => attach(queue.handle.replace('queue.Queue', 'shared-memory.SharedMemory'))).toThrow(HandleError);
  });

  test('for a name that something else has', () => {
    using queue = new Queue({ name: 'taken' });
    expect(() => new Lock({ name: 'taken' })).toThrow(HandleError);
    expect(() => new SharedMemory({ size: 64, name: 'taken' })).toThrow(HandleError);
    queue.putSync('unharmed');
    expect(queue.getSync()).toBe('unharmed');
  });

  test('for a lock that has gone', () => {
    const lock = new Lock();
    const { handle } = lock;
    lock.close();
    expect(() => Lock.attach(handle)).toThrow(HandleError);
    expect(() => attach(handle)).toThrow(HandleError);
  });

  test.each([
    '',
    'x',
    'multiprocess:',
    'multiprocess:sync.Lock:',
    'multiprocess:sync.Lock:a b',
    'multiprocess:sync.Lock:../x',
    'multiprocess:sync.Lock:nothing',
    'multiprocess:no-such-package.Lock:x',
  ])('for %j, which is no handle or leads nowhere', (handle) => {
    expect(() => Lock.attach(handle)).toThrow(HandleError);
    expect(() => attach(handle)).toThrow(HandleError);
  });
});

test.each([undefined, null, 5, {}])('%s in place of a handle is a TypeError', (handle) => {
  expect(() => Lock.attach(handle as string)).toThrow(TypeError);
  expect(() => attach(handle as string)).toThrow(TypeError);
});

test('the handle of a closed lock is a ClosedError', () => {
  const lock = new Lock();
  lock.close();
  expect(() => lock.handle).toThrow(ClosedError);
});
