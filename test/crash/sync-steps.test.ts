import { BrokenBarrierError } from '@multiprocess/shared-memory';
import { Barrier, BoundedSemaphore, Condition, Event, RLock, Semaphore } from '@multiprocess/sync';
import { describe, expect, test, vi } from 'vitest';
import { dieAtEveryStep } from './steps.js';

vi.setConfig({ testTimeout: 240_000 }); // a watchdog: some dozen threads, one after the other

describe('a thread that dies at any step', () => {
  test.each(['acquireSync', 'acquireSync, acquireSync, release, release', 'tryAcquire, tryAcquire, release'])(
    'of %s leaves an RLock that can be had, once',
    async (action) => {
      const died = await dieAtEveryStep(
        action,
        () => new RLock(),
        (lock: RLock) => {
          const wasLocked = lock.locked;
          expect(lock.acquireSync()).toBe(true);
          expect(lock.ownerDied).toBe(wasLocked);
          lock.release();
          expect(lock.locked).toBe(false);
        },
      );
      expect(died).toBeGreaterThan(0);
    },
  );

  test('of taking and giving back a Semaphore leaves two permits, or the one it had not taken', async () => {
    await dieAtEveryStep(
      'acquireSync, release',
      () => new Semaphore({ value: 2 }),
      async (semaphore: Semaphore, step) => {
        expect([1, 2]).toContain(semaphore.value);
        if (step === 1) expect(semaphore.value).toBe(2);
        const taken = semaphore.value;
        for (let i = 0; i < taken; i++) expect(semaphore.tryAcquire()).toBe(true);
        const next = semaphore.acquire();
        semaphore.release();
        expect(await next).toBe(true);
      },
    );
  });

  test('of taking and giving back a BoundedSemaphore leaves all its permits', async () => {
    await dieAtEveryStep(
      'acquireSync, acquireSync, release:2, acquireSync',
      () => new BoundedSemaphore({ value: 2 }),
      (semaphore: BoundedSemaphore) => {
        expect(semaphore.value).toBe(2);
        expect([semaphore.tryAcquire(), semaphore.tryAcquire(), semaphore.tryAcquire()]).toEqual([true, true, false]);
        semaphore.release(2);
        expect(semaphore.value).toBe(2);
      },
    );
  });

  test('of set() and clear() leaves an Event that works, and those who waited are told in the end', async () => {
    const waits = new WeakMap<Event, Promise<boolean>>();
    await dieAtEveryStep(
      'set, clear, set',
      () => {
        const event = new Event();
        waits.set(event, event.wait());
        return event;
      },
      async (event: Event, step) => {
        if (step === 1) event.set();
        if (event.isSet() || step > 2) expect(await waits.get(event)).toBe(true);
        event.set();
        expect(await event.wait()).toBe(true);
        event.clear();
        expect(event.waitSync({ timeout: 0 })).toBe(false);
      },
    );
  });

  test('of notify() leaves a Condition whose waiters can be notified', async () => {
    const waits = new WeakMap<Condition, Promise<boolean>>();
    await dieAtEveryStep(
      'notify',
      () => {
        const condition = new Condition();
        waits.set(
          condition,
          condition.run(() => condition.wait()),
        );
        return condition;
      },
      async (condition: Condition) => {
        await condition.run(() => {
          condition.notifyAll();
        });
        expect(await waits.get(condition)).toBe(true);
      },
    );
  });

  test('of wait() leaves a Condition whose other waiter is notified', async () => {
    await dieAtEveryStep(
      'acquireSync, waitSync:{"timeout":0}, release',
      () => new Condition(),
      async (condition: Condition) => {
        const waiting = condition.run(() => condition.wait());
        await condition.run(() => {
          condition.notify();
        });
        expect(await waiting).toBe(true);
        expect(condition.lock.locked).toBe(false);
      },
    );
  });

  test('of wait() leaves a Barrier that is broken, or has not been come to', async () => {
    const waits = new WeakMap<Barrier, Promise<number>>();
    await dieAtEveryStep(
      'waitSync',
      () => {
        const barrier = new Barrier({ parties: 2 });
        const waiting = barrier.wait();
        waiting.catch(() => undefined);
        waits.set(barrier, waiting);
        return barrier;
      },
      async (barrier: Barrier) => {
        const results = await Promise.allSettled([waits.get(barrier), barrier.wait({ timeout: 50 })]);
        for (const result of results) {
          if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(BrokenBarrierError);
        }
        barrier.reset();
        expect((await Promise.all([barrier.wait(), barrier.wait()])).sort()).toEqual([0, 1]);
      },
    );
  });

  test.each(['abort', 'reset', 'abort, reset'])('of %s leaves a Barrier that can be reset', async (action) => {
    const waits = new WeakMap<Barrier, Promise<number>>();
    await dieAtEveryStep(
      action,
      () => {
        const barrier = new Barrier({ parties: 2 });
        const waiting = barrier.wait();
        waiting.catch(() => undefined);
        waits.set(barrier, waiting);
        return barrier;
      },
      async (barrier: Barrier) => {
        barrier.reset();
        await expect(waits.get(barrier)).rejects.toThrow(BrokenBarrierError);
        expect((await Promise.all([barrier.wait(), barrier.wait()])).sort()).toEqual([0, 1]);
      },
    );
  });
});
