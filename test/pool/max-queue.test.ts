import type { Pool, PoolOptions } from '@multiprocess/pool';
import { QueueFullError } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { runtimes } from '../helpers/runtimes.js';
import { markKilled } from '../helpers/segment-directory.js';
import { until } from '../helpers/until.js';
import * as tasks from './fixtures/tasks.mjs';
import { outcomeOf, sharedWords, startPool as startAny } from './helpers.js';

describe.each(runtimes)('workers of runtime $runtime:', ({ runtime }) => {
  const startPool = (options: PoolOptions): Pool => startAny({ runtime, ...options });

  describe('maxQueue', () => {
    test('is how many calls may wait, besides one for each worker; others reject and are not submitted', async () => {
      const pool = startPool({ processes: 2, maxQueue: 1 });
      const { memory, words } = sharedWords();
      const accepted = [1, 2, 3].map(() => pool.apply(tasks.hold, [memory])); // before any worker has started
      const error = await outcomeOf(pool.apply(tasks.hold, [memory]));
      expect(error).toBeInstanceOf(QueueFullError);
      expect(error).toHaveProperty('code', 'ERR_MULTIPROCESS_QUEUE_FULL');
      expect((error as Error).message).toBe(
        'The call does not fit: the pool has 3 unfinished tasks, and maxQueue allows 3, those that run included. Await drained() first',
      );
      expect(() => pool.applyAsync(tasks.nothing)).toThrow(QueueFullError);
      expect(() => pool.applySync(tasks.nothing)).toThrow(QueueFullError);
      await until(() => words[0] === 2);
      expect(() => pool.applyAsync(tasks.nothing)).toThrow(QueueFullError);
      Atomics.store(words, 1, 1);
      expect(await Promise.all(accepted)).toEqual(['held', 'held', 'held']);
      expect(words[0]).toBe(3);
      expect(await pool.apply(tasks.square, [2])).toBe(4);
    });

    test('of 0 lets as many calls in as there are workers', async () => {
      const pool = startPool({ maxProcesses: 2, maxQueue: 0 });
      const results = [3, 4].map((x) => pool.apply(tasks.square, [x]));
      await expect(pool.apply(tasks.square, [5])).rejects.toThrow(QueueFullError);
      expect(await Promise.all(results)).toEqual([9, 16]);
    });

    test('takes a map as a whole, or refuses it: nothing of it is submitted', async () => {
      const pool = startPool({ processes: 2, maxQueue: 2 });
      await expect(pool.map(tasks.square, [1, 2, 3, 4, 5], { chunksize: 1 })).rejects.toThrow(
        /^The 5 chunks of the map do not fit: .* or give a larger chunksize$/,
      );
      expect(pool.stats()).toMatchObject({ completed: 0, queued: 0, running: 0 });
      expect(await pool.map(tasks.square, [1, 2, 3, 4, 5], { chunksize: 2 })).toEqual([1, 4, 9, 16, 25]);
      expect(await pool.starmap(tasks.add, [], { chunksize: 2 })).toEqual([]);
    });

    test.each(['imap', 'imapUnordered'] as const)('lets %s read its inputs later', async (imap) => {
      const pool = startPool({ processes: 1, maxQueue: 1 });
      const { memory, words } = sharedWords();
      const held = [1, 2].map(() => pool.apply(tasks.hold, [memory]));
      const results = pool[imap](tasks.square, [1, 2, 3, 4, 5, 6, 7, 8], { window: 8 });
      await until(() => words[0] === 1);
      expect(pool.stats().queued + pool.stats().running).toBe(2);
      Atomics.store(words, 1, 1);
      const values: number[] = [];
      for await (const value of results) {
        expect(pool.stats().queued + pool.stats().running).toBeLessThanOrEqual(2);
        values.push(value);
      }
      expect(values.sort((a, b) => a - b)).toEqual([1, 4, 9, 16, 25, 36, 49, 64]);
      await Promise.all(held);
    });

    test('an imap that waits for room ends with its pool', async () => {
      markKilled();
      const pool = startPool({ processes: 1, maxQueue: 0, grace: 0 });
      const { memory, words } = sharedWords();
      const held = outcomeOf(pool.apply(tasks.hold, [memory]));
      const results = pool.imap(tasks.square, [1, 2]);
      await until(() => words[0] === 1);
      pool.terminate();
      expect(await outcomeOf(results.next())).toHaveProperty('code', 'ERR_MULTIPROCESS_CLOSED');
      expect(await results.next()).toEqual({ done: true, value: undefined });
      expect(await held).toHaveProperty('code', 'ERR_MULTIPROCESS_CLOSED');
    });

    test('a task that was aborted and still runs takes its place until its worker has ended', async () => {
      markKilled();
      const pool = startPool({ processes: 1, maxQueue: 0, grace: 30 });
      const { memory, words } = sharedWords();
      const controller = new AbortController();
      const spinning = outcomeOf(pool.apply(tasks.spin, [memory], { signal: controller.signal }));
      await until(() => words[0] === 1);
      controller.abort();
      expect(await spinning).toHaveProperty('name', 'AbortError');
      await expect(pool.apply(tasks.nothing)).rejects.toThrow(QueueFullError);
      expect(await pool.drained()).toBe(true);
      await until(async () => (await outcomeOf(pool.apply(tasks.square, [3]))) === 9);
    });
  });

  describe('drained', () => {
    test('waits until there are no more tasks than workers', async () => {
      const pool = startPool({ processes: 1 });
      expect(await pool.drained()).toBe(true);
      const { memory, words } = sharedWords();
      const results = [1, 2, 3].map(() => pool.apply(tasks.hold, [memory]));
      await until(() => words[0] === 1);
      expect(await pool.drained({ timeout: 5 })).toBe(false);
      expect(pool.drainedSync({ timeout: 5 })).toBe(false);
      const signal = AbortSignal.timeout(5);
      await expect(pool.drained({ signal })).rejects.toSatisfy((reason) => reason === signal.reason);
      const drained = pool.drained();
      Atomics.store(words, 1, 1);
      expect(await drained).toBe(true);
      expect(words[0]).toBeGreaterThanOrEqual(2);
      await Promise.all(results);
    });

    test('drainedSync runs the pool meanwhile', () => {
      const pool = startPool({ processes: 2 });
      const results = [1, 2, 3, 4, 5, 6].map((x) => pool.applyAsync(tasks.later, [x]));
      expect(pool.drainedSync()).toBe(true);
      expect(results.filter(({ ready }) => ready).length).toBeGreaterThanOrEqual(4);
    });

    test('lets a producer submit as fast as the workers are', async () => {
      const pool = startPool({ processes: 2, maxQueue: 4 });
      const results: Promise<number>[] = [];
      for (let i = 0; i < 50; i++) {
        if (i % 4 === 0) await pool.drained();
        results.push(pool.apply(tasks.square, [i]));
      }
      expect(await Promise.all(results)).toEqual(results.map((_, i) => i * i));
    });

    test('ends when workers die and nothing is left', async () => {
      markKilled();
      const pool = startPool({ processes: 1 });
      const how = runtime === 'thread' ? 'exit' : 'SIGKILL';
      const outcomes = [1, 2, 3].map(() => outcomeOf(pool.apply(tasks.ends, [how])));
      expect(await pool.drained()).toBe(true);
      for (const error of await Promise.all(outcomes)) {
        expect(error).toHaveProperty('code', 'ERR_MULTIPROCESS_WORKER_DIED');
      }
    });
  });
});
