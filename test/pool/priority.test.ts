import type { Pool, PoolOptions } from '@multiprocess/pool';
import { describe, expect, test } from 'vitest';
import { runtimes } from '../helpers/runtimes.js';
import { until } from '../helpers/until.js';
import * as tasks from './fixtures/tasks.mjs';
import { outcomeOf, sharedWords, startPool as startAny } from './helpers.js';

describe.each(runtimes)('workers of runtime $runtime:', ({ runtime }) => {
  const startPool = (options: PoolOptions = { processes: 1 }): Pool => startAny({ runtime, ...options });

  /** A pool whose only worker is held, and what lets it go. */
  async function heldPool(): Promise<{ pool: Pool; held: Promise<string>; release: () => void }> {
    const pool = startPool();
    const { memory, words } = sharedWords();
    const held = pool.apply(tasks.hold, [memory]);
    await until(() => words[0] === 1);
    return { pool, held, release: () => void Atomics.store(words, 1, 1) };
  }

  describe('priority', () => {
    test('lets a call overtake calls that have not begun, also those that were sent to the worker', async () => {
      const { pool, held, release } = await heldPool();
      const order: string[] = [];
      const call = (name: string, priority?: number): Promise<unknown> =>
        pool.apply(tasks.echo, [name], { priority }).then((value) => order.push(value as string));
      const low = ['a', 'b', 'c', 'd', 'e'].map((name) => call(name));
      await until(() => pool.stats().running > 1); // sent ahead
      const high = [call('first', 2), call('second', 2), call('between', 1), call('last', -1)];
      await new Promise((resolve) => setImmediate(resolve));
      release();
      await Promise.all([held, ...low, ...high]);
      expect(order).toEqual(['first', 'second', 'between', 'a', 'b', 'c', 'd', 'e', 'last']);
    });

    test('is for all chunks of a map, and all inputs of an imap', async () => {
      const { pool, held, release } = await heldPool();
      const { memory } = sharedWords();
      const low = pool.map(tasks.count, [memory, memory, memory], { chunksize: 1 });
      const middle = pool.starmap(tasks.count, [[memory]], { priority: 1 });
      const results = pool.imap(tasks.count, [memory, memory], { priority: 2 });
      const high = Promise.all([results.next(), results.next()]);
      await new Promise((resolve) => setImmediate(resolve));
      release();
      await held;
      expect((await high).map(({ value }) => value as number)).toEqual([0, 1]);
      expect(await middle).toEqual([2]);
      expect(await low).toEqual([3, 4, 5]);
    });

    test('cannot be NaN; may be infinite', async () => {
      const pool = startPool();
      await expect(pool.apply(tasks.nothing, [], { priority: NaN })).rejects.toThrow(RangeError);
      expect(await pool.apply(tasks.square, [2], { priority: Infinity })).toBe(4);
      expect(await pool.apply(tasks.square, [2], { priority: -Infinity })).toBe(4);
    });

    test('a task that was overtaken can be cancelled and aborted like others', async () => {
      const { pool, held, release } = await heldPool();
      const overtaken = pool.applyAsync(tasks.echo, ['overtaken']);
      const controller = new AbortController();
      const aborted = outcomeOf(pool.apply(tasks.echo, ['aborted'], { signal: controller.signal }));
      await until(() => pool.stats().running > 1);
      const first = pool.apply(tasks.echo, ['first'], { priority: 1 });
      await new Promise((resolve) => setImmediate(resolve));
      expect(overtaken.cancel()).toBe(true);
      controller.abort();
      expect(await aborted).toHaveProperty('name', 'AbortError');
      release();
      expect(await Promise.all([held, first])).toEqual(['held', 'first']);
    });

    test('every task runs once, whatever the priorities', async () => {
      const pool = startPool({ processes: 2 });
      const { memory, words } = sharedWords();
      const priorities = Array.from({ length: 300 }, (_, i) => (i * 7919) % 5);
      const results: Promise<number>[] = [];
      for (const [i, priority] of priorities.entries()) {
        results.push(pool.apply(tasks.count, [memory], { priority }));
        if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      expect((await Promise.all(results)).toSorted((a, b) => a - b)).toEqual(priorities.map((_, i) => i));
      expect(words[0]).toBe(300);
    });
  });
});
