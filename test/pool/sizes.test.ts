import { cpuCount } from '@multiprocess/process';
import { Pool } from '@multiprocess/pool';
import type { PoolOptions } from '@multiprocess/pool';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { runtimes } from '../helpers/runtimes.js';
import { markKilled } from '../helpers/segment-directory.js';
import { until } from '../helpers/until.js';
import * as tasks from './fixtures/tasks.mjs';
import { outcomeOf, sharedWords, startPool as startAny } from './helpers.js';

test('the limits have defaults that fit each other', () => {
  const sizeOf = (options: PoolOptions): number[] => {
    const pool = startAny({ runtime: 'thread', ...options });
    return [pool.stats().workers, pool.size];
  };
  expect(sizeOf({ maxProcesses: 3 })).toEqual([0, 3]);
  expect(sizeOf({ minProcesses: 0 })).toEqual([0, cpuCount()]);
  expect(sizeOf({ minProcesses: cpuCount() + 1 })).toEqual([cpuCount() + 1, cpuCount() + 1]);
  expect(sizeOf({ minProcesses: 1, maxProcesses: 2 })).toEqual([1, 2]);
});

test('limits that contradict each other are refused', () => {
  expect(() => new Pool({ processes: 2, maxProcesses: 3 })).toThrow(
    new TypeError('processes is a fixed number: give minProcesses and maxProcesses without it'),
  );
  expect(() => new Pool({ minProcesses: 3, maxProcesses: 2 })).toThrow(
    new RangeError('minProcesses must be at most maxProcesses, 2, received 3 (number)'),
  );
});

test('an idle pool without workers does not keep its program from ending, a call does', async () => {
  const child = startChild(new URL('fixtures/on-demand.mjs', import.meta.url));
  await child.line('49');
  expect(await child.exit).toEqual({ code: 0, signal: null });
});

describe.each(runtimes)('with workers of runtime $runtime,', ({ runtime }) => {
  const startPool = (options: PoolOptions): Pool => startAny({ runtime, ...options });

  describe('a pool with minProcesses and maxProcesses', () => {
    test('starts a worker for each task that is not done, up to the maximum', async () => {
      const pool = startPool({ maxProcesses: 3 });
      const { memory, words } = sharedWords();
      expect(pool.stats().workers).toBe(0);
      const first = pool.apply(tasks.hold, [memory]);
      await until(() => words[0] === 1);
      expect(pool.stats()).toMatchObject({ workers: 1, running: 1 });
      const others = [2, 3, 4, 5].map(() => pool.apply(tasks.hold, [memory]));
      await until(() => words[0] === 3);
      expect(pool.stats()).toMatchObject({ workers: 3, busy: 3, replaced: 0 });
      Atomics.store(words, 1, 1);
      expect(await Promise.all([first, ...others])).toEqual(Array(5).fill('held'));
    });

    test('needs one worker for calls one after the other', async () => {
      const pool = startPool({ maxProcesses: 3 });
      for (let i = 0; i < 5; i++) expect(await pool.apply(tasks.square, [i])).toBe(i * i);
      expect(pool.stats()).toMatchObject({ workers: 1, replaced: 0 });
    });

    test('ends workers that are idle for idleTimeout, down to the minimum, and starts them again', async () => {
      const ended: string[] = [];
      const pool = startPool({
        minProcesses: 1,
        maxProcesses: 3,
        idleTimeout: 5,
        onWorkerEnd: ({ name, exitCode }) => ended.push(`${name} ${String(exitCode)}`),
      });
      for (let round = 1; round <= 2; round++) {
        const { memory, words } = sharedWords();
        const held = [1, 2, 3].map(() => pool.apply(tasks.hold, [memory]));
        await until(() => words[0] === 3);
        Atomics.store(words, 1, 1);
        await Promise.all(held);
        await until(() => pool.stats().workers === 1);
        expect(ended).toHaveLength(2 * round);
      }
      expect(ended.every((one) => one.endsWith(' 0'))).toBe(true);
      expect(pool.stats().replaced).toBe(0);
      expect(await pool.apply(tasks.square, [5])).toBe(25);
    });

    test('keeps idle workers with idleTimeout: Infinity', async () => {
      const pool = startPool({ maxProcesses: 2, idleTimeout: Infinity });
      await pool.map(tasks.later, [1, 2, 3, 4], { chunksize: 1 });
      const { workers } = pool.stats();
      for (let i = 0; i < 50; i++) await pool.apply(tasks.nothing);
      expect(pool.stats().workers).toBe(workers);
    });

    test('does not end a worker that is busy, however short idleTimeout is', async () => {
      const pool = startPool({ maxProcesses: 1, idleTimeout: 0 });
      const { memory, words } = sharedWords();
      const held = pool.apply(tasks.hold, [memory]);
      await until(() => words[0] === 1);
      for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve, 2));
      Atomics.store(words, 1, 1);
      expect(await held).toBe('held');
      await until(() => pool.stats().workers === 0);
    });

    test('serves a call that blocks the thread', () => {
      const pool = startPool({ maxProcesses: 2 });
      expect(pool.applySync(tasks.add, [1, 2])).toBe(3);
      expect(pool.mapSync(tasks.square, [1, 2, 3])).toEqual([1, 4, 9]);
    });

    test('counts a worker that died as replaced, when there is work for another', async () => {
      markKilled();
      const pool = startPool({ maxProcesses: 2 });
      const how = runtime === 'thread' ? 'exit' : 'SIGKILL';
      expect(await outcomeOf(pool.apply(tasks.ends, [how]))).toHaveProperty('code', 'ERR_MULTIPROCESS_WORKER_DIED');
      expect(pool.stats()).toMatchObject({ workers: 0, replaced: 0 });
      expect(await pool.apply(tasks.add, [1, 2])).toBe(3);
      expect(pool.stats()).toMatchObject({ workers: 1, replaced: 1 });
    });

    test('runs what was submitted before close, also if no worker had been started', async () => {
      const pool = startPool({ maxProcesses: 2 });
      const results = [1, 2, 3].map((x) => pool.apply(tasks.square, [x]));
      pool.close();
      expect(await Promise.all(results)).toEqual([1, 4, 9]);
      expect(await pool.join()).toBe(true);
    });

    test('gives every task to a worker while workers end and start at any moment', async () => {
      const pool = startPool({ maxProcesses: 3, idleTimeout: 0 });
      for (let round = 0; round < 30; round++) {
        const inputs = Array.from({ length: 1 + (round % 7) }, (_, i) => i);
        expect(await Promise.all(inputs.map((x) => pool.apply(tasks.square, [x])))).toEqual(inputs.map((x) => x * x));
        if (round % 3 === 0) await new Promise((resolve) => setTimeout(resolve, round));
      }
    }, 120_000);
  });

  describe('onWorkerStart and onWorkerEnd', () => {
    test('tell of each worker', async () => {
      markKilled();
      const events: string[] = [];
      const pool = startPool({
        processes: 1,
        onWorkerStart: ({ name, pid }) => events.push(`${name} started: ${typeof pid}`),
        onWorkerEnd: ({ name, exitCode, signal }) =>
          events.push(`${name} ended: ${String(exitCode)} ${String(signal)}`),
      });
      await pool.apply(tasks.nothing);
      await outcomeOf(pool.apply(tasks.ends, ['exit']));
      await pool.apply(tasks.nothing);
      pool.close();
      await pool.join();
      expect(events).toEqual([
        'PoolWorker-1 started: number',
        'PoolWorker-1 ended: 3 null',
        'PoolWorker-2 started: number',
        'PoolWorker-2 ended: 0 null',
      ]);
    });

    test('tell the error that ended a worker', async () => {
      markKilled();
      const errors: unknown[] = [];
      const pool = startPool({ processes: 1, onWorkerEnd: ({ error }) => errors.push(error) });
      await outcomeOf(pool.apply(tasks.ends, ['uncaught']));
      await until(() => errors.length === 1);
      expect(errors[0]).toMatchObject({ name: 'TypeError', message: 'from a timer' });
    });

    test('may use the pool', async () => {
      const results: Promise<number>[] = [];
      const pool = startPool({
        processes: 1,
        onWorkerStart: () => {
          results.push(pool.apply(tasks.square, [3]));
          pool.close();
        },
      });
      await until(() => results.length === 1);
      expect(await results[0]).toBe(9);
      expect(await pool.join()).toBe(true);
    });
  });

  test('stats().utilization tells how much of their time the workers had tasks', async () => {
    const pool = startPool({ processes: 1 });
    expect(pool.stats().utilization).toBe(0);
    const { memory, words } = sharedWords();
    const held = pool.apply(tasks.hold, [memory]);
    await until(() => pool.stats().utilization > 0.5);
    Atomics.store(words, 1, 1);
    await held;
    const before = pool.stats().utilization;
    await until(() => pool.stats().utilization < before / 2);
    pool.close();
    await pool.join();
    const last = pool.stats().utilization;
    expect(last).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(pool.stats().utilization).toBe(last); // the time of workers that have ended does not go on
  });

  test('env and execArgv are those of the workers, also of later ones', async () => {
    markKilled();
    const env: NodeJS.ProcessEnv = { ...process.env, GREETING: 'hello' };
    const pool = startPool({ processes: 1, env, execArgv: ['--no-warnings', '--conditions=special'] });
    env['GREETING'] = 'changed';
    expect(await pool.apply(tasks.surroundings, ['GREETING'])).toEqual([
      'hello',
      ['--no-warnings', '--conditions=special'],
    ]);
    await outcomeOf(pool.apply(tasks.ends, ['exit']));
    expect(await pool.apply(tasks.surroundings, ['GREETING'])).toEqual([
      'hello',
      ['--no-warnings', '--conditions=special'],
    ]);
  });
});

test('a thread of a pool that reaches its resourceLimits dies alone, and is replaced', async () => {
  const pool = startAny({
    processes: 1,
    runtime: 'thread',
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: undefined },
  });
  expect(await outcomeOf(pool.apply(tasks.ends, ['memory']))).toMatchObject({
    code: 'ERR_MULTIPROCESS_WORKER_DIED',
    message: expect.stringMatching(/^PoolWorker-1, a thread, ended with exit code 1/) as string,
    cause: { code: 'ERR_WORKER_OUT_OF_MEMORY' },
  });
  expect(await pool.apply(tasks.add, [1, 2])).toBe(3);
});

test('resourceLimits of a process, or that are no numbers, are refused', () => {
  expect(() => new Pool({ resourceLimits: {} })).toThrow(/resourceLimits is for threads: give a process flags/);
  expect(() => new Pool({ runtime: 'thread', resourceLimits: { stackSizeMb: 0 } })).toThrow(
    new RangeError('resourceLimits.stackSizeMb must be a number of MiB from 1 on, received 0 (number)'),
  );
  expect(() => new Pool({ runtime: 'thread', resourceLimits: { codeRangeSizeMb: '5' as never } })).toThrow(TypeError);
});
