import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { BrokenBarrierError, UnsupportedPlatformError } from '@multiprocess/shared-memory';
import { Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, RWLock, Semaphore } from '@multiprocess/sync';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { forms } from './use.js';
import { describeWaits } from './wait-conformance.js';

vi.hoisted(() => {
  process.env['MULTIPROCESS_NATIVE'] = 'off';
});

/** A thread of this process that takes part with an object. */
function startThread(job: string, object: { readonly handle: unknown }, more: object = {}): Worker {
  const workerData = { job, handle: object.handle, buffer: new SharedArrayBuffer(4), form: 'sync', rounds: 1, ...more };
  const worker = new Worker(new URL('fixtures/thread.mjs', import.meta.url), { workerData, execArgv: [] });
  onTestFinished(async () => {
    await worker.terminate();
  });
  return worker;
}

const end = async (worker: Worker) => {
  const [code] = (await once(worker, 'exit')) as [number]; // rejects if it fails
  expect(code).toBe(0);
};

test('there is no native part here: a handle is not a string', () => {
  using lock = new Lock();
  expect(() => JSON.stringify(lock.handle)).toThrow(UnsupportedPlatformError);
});

describe('between threads only,', () => {
  describeWaits();

  test('threads have a fair Lock one after the other, also after one that ended', async () => {
    using lock = new Lock({ fair: true });
    const buffer = new SharedArrayBuffer(4);
    const rounds = 300;
    const threads = [...forms, ...forms].map((form) => startThread('increment', lock, { buffer, form, rounds }));
    await Promise.all(threads.map(end));
    expect(new Int32Array(buffer)[0]).toBe(threads.length * rounds);
    await end(startThread('hold', lock));
    expect(await lock.acquire()).toBe(true);
    expect(lock.ownerDied).toBe(true);
  });

  const acquirables: (new () => Disposable & { readonly handle: unknown })[] = [
    Lock,
    RLock,
    Semaphore,
    BoundedSemaphore,
    Condition,
  ];
  test.each(acquirables)('threads that block and threads that await exclude each other by a %o', async (Class) => {
    using object = new Class();
    const buffer = new SharedArrayBuffer(4);
    const rounds = 300;
    const threads = [...forms, ...forms].map((form) => startThread('increment', object, { buffer, form, rounds }));
    await Promise.all(threads.map(end));
    expect(new Int32Array(buffer)[0]).toBe(threads.length * rounds);
  });

  test('threads exclude each other by the writeLock of an RWLock, and share its readLock', async () => {
    using lock = new RWLock();
    const buffer = new SharedArrayBuffer(4);
    const rounds = 300;
    const more = { buffer, rounds, view: 'writeLock' };
    const threads = [...forms, ...forms].map((form) => startThread('increment', lock, { ...more, form }));
    await Promise.all(threads.map(end));
    expect(new Int32Array(buffer)[0]).toBe(threads.length * rounds);
    const reader = startThread('hold', lock, { form: 'async', view: 'readLock' });
    await once(reader, 'message');
    expect(await lock.readLock.acquire()).toBe(true);
    expect(lock.readers).toBe(2);
    lock.readLock.release();
    expect(lock.writeLock.tryAcquire()).toBe(false);
    await reader.terminate();
    expect(await lock.writeLock.acquire()).toBe(true);
    expect(lock.ownerDied).toBe(false);
  });

  describe.each(forms)('a thread that waits (%s)', (form) => {
    test('for an Event is woken by set()', async () => {
      using event = new Event();
      const thread = startThread('wait', event, { form });
      expect(await once(thread, 'message')).toEqual(['waits']);
      event.set();
      expect(await once(thread, 'message')).toEqual([true]);
    });

    test('under a Condition takes turns with another', async () => {
      using condition = new Condition();
      const buffer = new SharedArrayBuffer(4);
      const turn = new Int32Array(buffer);
      const rounds = 200;
      const thread = startThread('takeTurns', condition, { buffer, form, rounds });
      for (let i = 0; i < rounds; i++) {
        await condition.run(async () => {
          await condition.waitFor(() => turn[0]! % 2 === 0);
          turn[0]!++;
          condition.notify();
        });
      }
      await end(thread);
      expect(turn[0]).toBe(2 * rounds);
    });

    test('meets others at a Barrier, and each has a place of its own', async () => {
      using barrier = new Barrier({ parties: 4 });
      const rounds = 100;
      const buffer = new SharedArrayBuffer(4 * 4 * rounds);
      const threads = [0, 1, 2].map(() => startThread('meet', barrier, { buffer, form, rounds }));
      const places = new Int32Array(buffer);
      for (let i = 0; i < rounds; i++) Atomics.add(places, i * 4 + (await barrier.wait()), 1);
      await Promise.all(threads.map(end));
      expect(places.every((count) => count === 1)).toBe(true);
    });
  });

  describe.each([
    ['ended by itself', 'sync'],
    ['was terminated', 'async'],
  ])('a thread that %s', (_how, form) => {
    const holdAndEnd = async (object: { readonly handle: unknown }, view?: string) => {
      const thread = startThread('hold', object, { form, view });
      const ended = once(thread, 'exit'); // listens before it can have ended
      await once(thread, 'message');
      if (form === 'async') void thread.terminate();
      await ended;
    };

    test.each([Lock, RLock])('leaves its %o to the next one, which finds ownerDied true', async (Class) => {
      using lock = new Class();
      await holdAndEnd(lock);
      expect(lock.acquireSync()).toBe(true);
      expect(lock.ownerDied).toBe(true);
    });

    test('leaves an RWLock that it writes to the next one, which finds ownerDied true', async () => {
      using lock = new RWLock();
      await holdAndEnd(lock, 'writeLock');
      expect(lock.readLock.acquireSync()).toBe(true);
      expect(lock.ownerDied).toBe(true);
    });

    test('leaves its permit of a BoundedSemaphore', async () => {
      using semaphore = new BoundedSemaphore();
      await holdAndEnd(semaphore);
      expect(semaphore.value).toBe(1);
      expect(await semaphore.acquire()).toBe(true);
    });
  });

  test('a party that ends breaks its Barrier', async () => {
    using barrier = new Barrier({ parties: 2 });
    const thread = startThread('come', barrier);
    expect(await once(thread, 'message')).toEqual(['came']);
    await thread.terminate();
    await expect(barrier.wait()).rejects.toThrow(BrokenBarrierError);
  });
});
