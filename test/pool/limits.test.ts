import type { Pool, PoolOptions } from '@multiprocess/pool';
import { TimeoutError } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { runtimes } from '../helpers/runtimes.js';
import { markKilled } from '../helpers/segment-directory.js';
import { until } from '../helpers/until.js';
import * as tasks from './fixtures/tasks.mjs';
import { outcomeOf, sharedWords, startPool as startAny } from './helpers.js';

describe.each(runtimes)('workers of runtime $runtime:', ({ runtime }) => {
  const startPool = (options: PoolOptions = { processes: 2 }): Pool => startAny({ runtime, grace: 20, ...options });

  describe('timeout', () => {
    test('of a map is for each input: a chunk may take longer', async () => {
      const pool = startPool({ processes: 1 });
      const { memory, words } = sharedWords();
      const inputs = Array.from({ length: 8 }, (): [typeof memory, number] => [memory, 250]);
      expect(await pool.starmap(tasks.countSlowly, inputs, { chunksize: 8, timeout: 1900 })).toEqual([
        0, 1, 2, 3, 4, 5, 6, 7,
      ]);
      expect(words[0]).toBe(8);
    });

    test('of a map rejects it at the input that takes longer, and frees the worker', async () => {
      markKilled();
      const pool = startPool({ processes: 1 });
      const error = await outcomeOf(pool.map(tasks.sleepFor, [0, 0, 100_000, 0], { chunksize: 4, timeout: 2000 }));
      expect(error).toBeInstanceOf(TimeoutError);
      expect((error as Error).message).toBe(
        'sleepFor was not done at input 2 within 2000 ms of its start; it was told to stop',
      );
      expect(await pool.apply(tasks.square, [3])).toBe(9);
    });

    test('of a map that blocks the thread', () => {
      markKilled();
      const pool = startPool({ processes: 1 });
      expect(() => pool.mapSync(tasks.sleepFor, [100_000], { timeout: 50 })).toThrow(TimeoutError);
      expect(pool.mapSync(tasks.square, [3], { timeout: 100_000 })).toEqual([9]);
    });

    test.each(['imap', 'imapUnordered'] as const)('of %s fails one result, and the others come', async (imap) => {
      markKilled();
      const pool = startPool();
      const results = pool[imap](tasks.sleepFor, [1, 100_000, 2, 3], { timeout: 2000 });
      const outcomes: unknown[] = [];
      for (let i = 0; i < 4; i++) {
        const outcome = await outcomeOf(results.next());
        outcomes.push(outcome instanceof Error ? outcome.name : (outcome as { value: unknown }).value);
      }
      expect(await results.next()).toEqual({ done: true, value: undefined });
      expect(imap === 'imap' ? outcomes : outcomes.toSorted()).toEqual(
        imap === 'imap' ? [1, 'TimeoutError', 2, 3] : [1, 2, 3, 'TimeoutError'],
      );
    });
  });

  describe('signal', () => {
    test.each(['imap', 'imapUnordered'] as const)(
      'of %s ends the iteration with its reason, and stops what runs',
      async (imap) => {
        markKilled();
        const pool = startPool();
        const { memory, words } = sharedWords();
        let closed = false;
        const inputs = function* (): Generator<typeof memory> {
          try {
            for (;;) yield memory;
          } finally {
            closed = true;
          }
        };
        const controller = new AbortController();
        const results = pool[imap](tasks.spin, inputs(), { signal: controller.signal });
        const next = outcomeOf(results.next());
        await until(() => words[0] === 2);
        const reason = new Error('enough');
        controller.abort(reason);
        expect(await next).toBe(reason);
        expect(await results.next()).toEqual({ done: true, value: undefined });
        expect(closed).toBe(true);
        await until(() => pool.stats().replaced === 2);
        expect(await pool.apply(tasks.square, [3])).toBe(9);
      },
    );

    test('of imap drops results that were not taken', async () => {
      const pool = startPool();
      const controller = new AbortController();
      const results = pool.imap(tasks.square, [1, 2, 3, 4], { chunksize: 2, signal: controller.signal });
      expect(await results.next()).toEqual({ done: false, value: 1 });
      await until(() => pool.stats().completed === 2);
      controller.abort(new Error('enough'));
      await expect(results.next()).rejects.toThrow('enough');
      expect(await results.next()).toEqual({ done: true, value: undefined });
    });

    test('that is aborted already lets imap read nothing', async () => {
      const pool = startPool();
      let reads = 0;
      const inputs = function* (): Generator<number> {
        for (;;) yield ++reads;
      };
      const results = pool.imap(tasks.square, inputs(), { signal: AbortSignal.abort(new Error('before')) });
      await expect(results.next()).rejects.toThrow('before');
      expect(await results.next()).toEqual({ done: true, value: undefined });
      expect(reads).toBe(0);
      pool.close();
      expect(await pool.join()).toBe(true);
    });

    test('that is aborted after the end of an imap changes nothing', async () => {
      const pool = startPool();
      const controller = new AbortController();
      const values: number[] = [];
      for await (const value of pool.imap(tasks.square, [1, 2], { signal: controller.signal })) values.push(value);
      controller.abort();
      expect(values).toEqual([1, 4]);
      expect(await pool.apply(tasks.square, [3])).toBe(9);
    });

    test('of a map ends a chunk between two inputs: its worker is not killed', async () => {
      const pool = startPool({ processes: 1, grace: 600_000 });
      const { memory, words } = sharedWords();
      const controller = new AbortController();
      const inputs = Array.from({ length: 100_000 }, (): [typeof memory, number] => [memory, 1]);
      const outcome = outcomeOf(
        pool.starmap(tasks.countSlowly, inputs, { chunksize: 100_000, signal: controller.signal }),
      );
      await until(() => words[0]! > 2);
      controller.abort(new Error('enough'));
      expect(await outcome).toEqual(new Error('enough'));
      expect(await pool.apply(tasks.square, [3])).toBe(9);
      expect(pool.stats().replaced).toBe(0);
      expect(words[0]).toBeLessThan(100_000);
    });
  });
});
