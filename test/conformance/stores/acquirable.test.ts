import { ClosedError, NotOwnedError, TimeoutError } from '@multiprocess/shared-memory';
import type { ObjectStore, StoreAcquirable } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { abortedLater, abortedNow, oneTry, wrongOptions } from './options.js';
import { Peer } from './peer.js';
import { describeStores } from './stores.js';

const kinds: readonly { readonly kind: string; make(store: ObjectStore): StoreAcquirable }[] = [
  { kind: 'a lock', make: (store) => store.lock() },
  { kind: 'an rlock', make: (store) => store.rlock() },
  { kind: 'a semaphore', make: (store) => store.semaphore() },
  { kind: 'a bounded semaphore', make: (store) => store.boundedSemaphore() },
  { kind: 'a condition', make: (store) => store.condition() },
];

describeStores('what is acquired', (suite) => {
  describe.each(kinds)('$kind', ({ kind, make }) => {
    const newOne = () => suite.closing(make(suite.store));

    /** Acquires it in an async context of its own. */
    const hold = async (lock: StoreAcquirable): Promise<() => Promise<void>> => {
      let end!: () => void;
      let running!: Promise<void>;
      await new Promise<void>((held, failed) => {
        running = lock.run(async () => {
          held();
          await new Promise<void>((resolve) => (end = resolve));
        });
        running.catch(failed);
      });
      return () => {
        end();
        return running;
      };
    };

    /** It can be held once, and not twice. */
    const expectOneHolder = async (lock: StoreAcquirable): Promise<void> => {
      const free = await hold(lock);
      expect(await lock.acquire({ timeout: 0 })).toBe(false);
      await free();
    };

    test('is acquired and released', async () => {
      const lock = newOne();
      for (let i = 0; i < 3; i++) {
        expect(await lock.acquire()).toBe(true);
        await lock.release();
      }
    });

    test('that is held elsewhere gives false after a timeout, at once by timeout: 0 and block: false', async () => {
      const lock = newOne();
      const free = await hold(lock);
      for (const options of oneTry) expect(await lock.acquire(options)).toBe(false);
      const begin = performance.now();
      expect(await lock.acquire({ timeout: 40 })).toBe(false);
      expect(performance.now() - begin).toBeGreaterThan(38);
      await free();
      expect(await lock.acquire({ timeout: 0 })).toBe(true);
      await lock.release();
    });

    test('is given to those who wait in their order', async () => {
      const lock = newOne();
      const free = await hold(lock);
      const order: number[] = [];
      const waiting = [0, 1, 2, 3, 4].map((n) =>
        lock.run(() => {
          order.push(n);
        }),
      );
      await free();
      await Promise.all(waiting);
      expect(order).toEqual([0, 1, 2, 3, 4]);
    });

    test('passes over those who have given up, by timeout and by abort', async () => {
      const lock = newOne();
      const free = await hold(lock);
      const controller = new AbortController();
      const reason = new Error('never mind');
      const late = lock.acquire({ timeout: 20 });
      const aborted = lock.acquire({ signal: controller.signal });
      const next = lock.run(() => 'has it');
      controller.abort(reason);
      await expect(aborted).rejects.toBe(reason);
      expect(await late).toBe(false);
      await free();
      expect(await next).toBe('has it');
      expect(await lock.acquire({ timeout: 0 })).toBe(true);
      await lock.release();
    });

    test('is neither lost nor given twice when a wait ends just as it is released', async () => {
      const lock = newOne();
      for (let i = 0; i < 30; i++) {
        const free = await hold(lock);
        const controller = new AbortController();
        const waits = [lock.acquire({ timeout: i % 6 }), lock.acquire({ signal: controller.signal })].map((wait) =>
          wait.then(async (got) => {
            if (got) await lock.release();
          }),
        );
        const released = free();
        controller.abort(new Error('just now'));
        await Promise.allSettled([released, ...waits]);
        await expectOneHolder(lock);
      }
    });

    test('a wait that is aborted throws the reason, and takes nothing', async () => {
      const lock = newOne();
      const reason = new Error('never mind');
      await expect(lock.acquire({ signal: abortedNow(reason) })).rejects.toBe(reason);
      const free = await hold(lock);
      await expect(lock.acquire({ signal: abortedLater(reason) })).rejects.toBe(reason);
      await free();
      expect(await lock.acquire({ timeout: 0, signal: new AbortController().signal })).toBe(true);
      await lock.release();
    });

    test('wrong options are a TypeError, and nothing is taken', async () => {
      const lock = newOne();
      for (const options of wrongOptions) await expect(lock.acquire(options)).rejects.toThrow(TypeError);
      expect(await lock.acquire({ timeout: 0 })).toBe(true);
      await lock.release();
    });

    test('hold() holds it for a block, and gives it back once', async () => {
      const lock = newOne();
      {
        await using guard = await lock.hold({ timeout: 0 });
        await guard.release();
        await guard.release();
        expect(await lock.run(() => 'free', { timeout: 0 })).toBe('free');
      }
      const free = await hold(lock);
      await expect(lock.hold({ timeout: 5 })).rejects.toThrow(TimeoutError);
      await free();
      {
        await using _ = await lock.hold();
      }
      expect(await lock.acquire({ timeout: 0 })).toBe(true);
      await lock.release();
    });

    test('run() gives it back whatever happens, and throws a TimeoutError without calling', async () => {
      const lock = newOne();
      await expect(lock.run(() => Promise.reject(new Error('inside')))).rejects.toThrow('inside');
      await expect(
        lock.run(() => {
          throw new Error('inside');
        }),
      ).rejects.toThrow('inside');
      const free = await hold(lock);
      let calls = 0;
      await expect(lock.run(() => ++calls, { timeout: 5 })).rejects.toThrow(TimeoutError);
      await free();
      expect(await lock.run(async () => ++calls)).toBe(1);
      await expect(lock.run(undefined as never)).rejects.toThrow(TypeError);
      expect(await lock.run(() => ++calls, { timeout: 0 })).toBe(2);
    });

    if (kind !== 'a semaphore') {
      test('release() once too often is a NotOwnedError, and changes nothing', async () => {
        const lock = newOne();
        await expect(lock.release()).rejects.toThrow(NotOwnedError);
        await lock.acquire();
        await lock.release();
        await expect(lock.release()).rejects.toThrow(NotOwnedError);
        await expectOneHolder(lock);
      });
    }

    test('excludes other processes', async () => {
      const lock = newOne();
      const peer = await Peer.start(suite.reach, lock);
      expect(await peer.call('acquire')).toBe(true);
      expect(await lock.acquire({ timeout: 10 })).toBe(false);
      const waiting = lock.acquire();
      await peer.call('release');
      expect(await waiting).toBe(true);
      expect(await peer.call('acquire', { timeout: 10 })).toBe(false);
      const { result } = await peer.begin('acquire', kind.endsWith('semaphore') ? 'value' : 'locked', {
        timeout: 60_000,
      });
      await lock.release();
      expect(await result).toBe(true);
    });

    test('many may wait at a time', async () => {
      const lock = newOne();
      const free = await hold(lock);
      let inside = 0;
      let calls = 0;
      const waiting = Array.from({ length: 100 }, () =>
        lock.run(async () => {
          expect(++inside).toBe(1);
          await new Promise(setImmediate);
          inside--;
          calls++;
        }),
      );
      await free();
      await Promise.all(waiting);
      expect(calls).toBe(100);
    });

    test('after close() it throws a ClosedError, and close() does nothing more', async () => {
      const lock = make(suite.store);
      lock.close();
      lock.close();
      await expect(lock.acquire()).rejects.toThrow(ClosedError);
      await expect(lock.release()).rejects.toThrow(ClosedError);
    });
  });
});
