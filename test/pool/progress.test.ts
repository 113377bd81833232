import type { Pool, PoolOptions } from '@multiprocess/pool';
import { reportProgress } from '@multiprocess/pool';
import { describe, expect, test } from 'vitest';
import { runtimes } from '../helpers/runtimes.js';
import { markKilled } from '../helpers/segment-directory.js';
import { until } from '../helpers/until.js';
import * as tasks from './fixtures/tasks.mjs';
import { outcomeOf, sharedWords, startPool as startAny } from './helpers.js';

test('reportProgress() outside of a pool does nothing', () => {
  expect(() => {
    reportProgress(1);
  }).not.toThrow();
});

describe.each(runtimes)('workers of runtime $runtime:', ({ runtime }) => {
  const startPool = (options: PoolOptions = { processes: 1 }): Pool => startAny({ runtime, ...options });

  describe('reportProgress', () => {
    test('sends values to the caller, in order and before the result', async () => {
      const pool = startPool();
      const reports: unknown[] = [];
      const result = pool.apply(tasks.reportEach, [[1, 'two', { three: 3 }]], {
        onProgress: (value) => reports.push(value),
      });
      expect(await result.then((value) => [value, [...reports]])).toEqual([3, [1, 'two', { three: 3 }]]);
    });

    test('arrives while the task runs', async () => {
      const pool = startPool();
      const { memory, words } = sharedWords();
      const reports: unknown[] = [];
      const held = pool.apply(tasks.reportAndHold, [memory], { onProgress: (value) => reports.push(value) });
      await until(() => reports.length === 1);
      expect(pool.stats().running).toBe(1);
      Atomics.store(words, 1, 1);
      expect(await held).toBe('held');
    });

    test('arrives in a thread that blocks', () => {
      const pool = startPool();
      const reports: unknown[] = [];
      expect(pool.applySync(tasks.reportEach, [[1, 2]], { onProgress: (value: number) => reports.push(value) })).toBe(
        2,
      );
      expect(reports).toEqual([1, 2]);
    });

    test('does nothing if the caller does not listen, and in a map', async () => {
      const pool = startPool();
      expect(await pool.apply(tasks.reportEach, [[1, 2]])).toBe(2);
      expect(await pool.map(tasks.reportEach, [[1], [2, 3]])).toEqual([1, 2]);
    });

    test('goes to the caller of each task', async () => {
      const pool = startPool({ processes: 2 });
      const reports: Record<number, unknown[]> = {};
      const inputs = Array.from({ length: 20 }, (_, i) => i);
      await Promise.all(
        inputs.map((i) => {
          const own: unknown[] = (reports[i] = []);
          return pool.apply(tasks.reportEach, [[i, -i]], { onProgress: (value) => own.push(value) });
        }),
      );
      expect(reports).toEqual(Object.fromEntries(inputs.map((i) => [i, [i, -i]])));
    });

    test('of more values than the ring holds loses none', async () => {
      const pool = startPool();
      const values = Array.from({ length: 20_000 }, (_, i) => i);
      const reports: unknown[] = [];
      expect(await pool.apply(tasks.reportEach, [values], { onProgress: (value) => reports.push(value) })).toBe(20_000);
      expect(reports).toEqual(values);
    });

    test('of what cannot be serialized throws in the task, which may go on', async () => {
      const pool = startPool();
      const reports: unknown[] = [];
      const error = await outcomeOf(pool.apply(tasks.reportSymbol, [], { onProgress: (value) => reports.push(value) }));
      expect(error).toBe('ERR_MULTIPROCESS_SERIALIZATION');
      expect(reports).toEqual([]);
    });

    test('ends with the call: after an abort onProgress is not called', async () => {
      markKilled();
      const pool = startPool({ processes: 1, grace: 30 });
      const controller = new AbortController();
      let reports = 0;
      const outcome = outcomeOf(
        pool.apply(tasks.reportForEver, [], {
          signal: controller.signal,
          onProgress: () => {
            reports++;
          },
        }),
      );
      await until(() => reports > 0);
      controller.abort();
      expect(await outcome).toHaveProperty('name', 'AbortError');
      const before = reports;
      await until(() => pool.stats().replaced === 1);
      expect(reports).toBe(before);
    });

    test('before the death of its worker arrives, and the task rejects', async () => {
      markKilled();
      const pool = startPool();
      const reports: unknown[] = [];
      const how = runtime === 'thread' ? 'exit' : 'SIGKILL';
      const outcome = await outcomeOf(
        pool.apply(tasks.reportThenEnd, [how], { onProgress: (value) => reports.push(value) }),
      );
      expect(outcome).toHaveProperty('code', 'ERR_MULTIPROCESS_WORKER_DIED');
      expect(reports).toEqual(['last words']);
    });

    test('an onProgress that throws does not change the result', async () => {
      const pool = startPool();
      const thrown: unknown[] = [];
      const listeners = process.listeners('uncaughtException');
      process.removeAllListeners('uncaughtException');
      process.once('uncaughtException', (error) => thrown.push(error));
      try {
        const onProgress = (): never => {
          throw new Error('from onProgress');
        };
        expect(await pool.apply(tasks.reportEach, [[1]], { onProgress })).toBe(1);
        await until(() => thrown.length === 1);
      } finally {
        for (const listener of listeners) process.on('uncaughtException', listener);
      }
      expect(thrown).toEqual([new Error('from onProgress')]);
    });
  });
});
