import { NotOwnedError } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { Peer } from './peer.js';
import { describeStores } from './stores.js';

describeStores('permits', (suite) => {
  describe.each(['semaphore', 'boundedSemaphore'] as const)('of a %s', (kind) => {
    const newSemaphore = (permits?: number) => suite.closing(suite.store[kind](permits));

    test('are as many as it was made with, 1 by default', async () => {
      const semaphore = newSemaphore(2);
      expect(await semaphore.value()).toBe(2);
      expect([await semaphore.acquire(), await semaphore.acquire(), await semaphore.acquire({ timeout: 5 })]).toEqual([
        true,
        true,
        false,
      ]);
      expect(await semaphore.value()).toBe(0);
      await semaphore.release(2);
      expect(await semaphore.value()).toBe(2);
      expect(await newSemaphore().value()).toBe(1);
    });

    test('that are given back several at a time wake as many, in their order', async () => {
      const semaphore = newSemaphore(3);
      for (let i = 0; i < 3; i++) await semaphore.acquire();
      const order: number[] = [];
      const waiting = [0, 1, 2].map(async (n) => {
        await semaphore.acquire();
        order.push(n);
      });
      await semaphore.release(2);
      await Promise.all(waiting.slice(0, 2));
      expect(order).toEqual([0, 1]);
      await semaphore.release();
      await Promise.all(waiting);
      expect([order, await semaphore.value()]).toEqual([[0, 1, 2], 0]);
    });

    test('may be given back by any client', async () => {
      const semaphore = newSemaphore(1);
      const peer = await Peer.start(suite.reach, semaphore);
      await semaphore.acquire();
      await peer.call('release');
      expect(await semaphore.acquire({ timeout: 0 })).toBe(true);
    });

    test('are counted by whole numbers only', async () => {
      const semaphore = newSemaphore(2);
      await semaphore.acquire();
      for (const count of [0, -1, 1.5, NaN]) await expect(semaphore.release(count)).rejects.toThrow(RangeError);
      await expect(semaphore.release('1' as never)).rejects.toThrow(TypeError);
      expect(await semaphore.value()).toBe(1);
      for (const permits of [-1, 0.5]) expect(() => suite.store[kind](permits)).toThrow(RangeError);
      expect(() => suite.store[kind]('1' as never)).toThrow(TypeError);
    });
  });

  test('of a semaphore may become more than there were', async () => {
    const semaphore = suite.closing(suite.store.semaphore(0));
    const waiting = semaphore.acquire();
    await semaphore.release(3);
    expect([await waiting, await semaphore.value()]).toEqual([true, 2]);
    await expect(semaphore.release(2 ** 31 - 2)).rejects.toThrow(RangeError);
    expect(await semaphore.value()).toBe(2);
  });

  test('of a bounded semaphore never do: a NotOwnedError, and none is given back', async () => {
    const semaphore = suite.closing(suite.store.boundedSemaphore(2));
    await expect(semaphore.release()).rejects.toThrow(NotOwnedError);
    await semaphore.acquire();
    await expect(semaphore.release(2)).rejects.toThrow(NotOwnedError);
    expect(await semaphore.value()).toBe(1);
  });
});
