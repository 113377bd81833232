import { TimeoutError, WorkerDiedError } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { until } from '../helpers/until.js';
import * as tasks from './fixtures/tasks.mjs';
import { outcomeOf, sharedWords, startPool } from './helpers.js';

const threads = { processes: 2, runtime: 'thread' } as const;

describe("a pool with runtime: 'thread'", () => {
  test('runs its tasks in threads of this process', async () => {
    const pool = startPool(threads);
    expect(await pool.apply(tasks.pid)).toBe(process.pid);
    expect(await pool.map(tasks.square, [1, 2, 3])).toEqual([1, 4, 9]);
    expect(pool.mapSync(tasks.square, [1, 2, 3])).toEqual([1, 4, 9]);
    expect(await outcomeOf(pool.apply(tasks.boom, ['x']))).toBeInstanceOf(RangeError);
    pool.close();
    expect(await pool.join()).toBe(true);
  });

  test('replaces a thread that exits; its task rejects', async () => {
    const pool = startPool(threads);
    expect(await outcomeOf(pool.apply(tasks.ends, ['exit']))).toBeInstanceOf(WorkerDiedError);
    expect(await outcomeOf(pool.apply(tasks.ends, ['uncaught']))).toBeInstanceOf(WorkerDiedError);
    expect(await pool.apply(tasks.add, [1, 2])).toBe(3);
  });

  test('replaces a thread that exits while this one blocks', () => {
    const pool = startPool({ ...threads, processes: 1 });
    expect(() => pool.applySync(tasks.ends, ['exit'])).toThrow(WorkerDiedError);
    expect(pool.applySync(tasks.add, [1, 2])).toBe(3);
  });

  test('ends a task that is out of time, in the middle of a loop', async () => {
    const pool = startPool({ ...threads, grace: 10 });
    const { memory } = sharedWords();
    expect(await outcomeOf(pool.apply(tasks.spin, [memory], { timeout: 50 }))).toBeInstanceOf(TimeoutError);
    await until(() => pool.stats().replaced === 1);
    expect(await pool.apply(tasks.add, [1, 2])).toBe(3);
  });

  test('ends with terminate, busy or not', async () => {
    const pool = startPool(threads);
    const { memory, words } = sharedWords();
    const outcome = outcomeOf(pool.apply(tasks.spin, [memory]));
    await until(() => words[0] === 1);
    pool.terminate();
    expect(await outcome).toHaveProperty('code', 'ERR_MULTIPROCESS_CLOSED');
    expect(await pool.join()).toBe(true);
  });
});
