import { activeChildren } from '@multiprocess/process';
import { Pool } from '@multiprocess/pool';
import type { PoolOptions } from '@multiprocess/pool';
import { ClosedError } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { markKilled } from '../helpers/segment-directory.js';
import { runtimes } from '../helpers/runtimes.js';
import { until } from '../helpers/until.js';
import { openDescriptors, segmentFiles, targetOf, zombies } from '../process/helpers.js';
import { sumOfSquares } from './fixtures/nested.mjs';
import * as tasks from './fixtures/tasks.mjs';
import { outcomeOf, sharedWords, startPool as startAny } from './helpers.js';

describe('a pool', () => {
  test('has as many workers as processes says', () => {
    const pool = startAny({ processes: 3 });
    expect(pool.size).toBe(3);
    expect(pool.stats()).toMatchObject({ workers: 3, busy: 0, replaced: 0 });
    expect(activeChildren().every(({ name, daemon }) => daemon && name.startsWith('PoolWorker-'))).toBe(true);
  });

  test('throws for wrong options, and starts nothing', () => {
    const children = activeChildren().length;
    expect(() => new Pool({ processes: 0 })).toThrow(RangeError);
    expect(() => new Pool({ processes: 1.5 })).toThrow(RangeError);
    expect(() => new Pool({ processes: 100_000 })).toThrow(
      'processes must be a whole number from 1 to 4000, received 100000 (number)',
    );
    expect(() => new Pool({ processes: '2' as never })).toThrow(/received '2'/);
    expect(() => new Pool({ maxTasksPerChild: 0 })).toThrow(RangeError);
    expect(() => new Pool({ initializer: 'x' as never })).toThrow(TypeError);
    expect(() => new Pool({ initargs: 'x' } as never)).toThrow(TypeError);
    expect(() => new Pool({ onWorkerDeath: 'ignore' as never })).toThrow(TypeError);
    expect(() => new Pool({ runtime: 'fiber' as never })).toThrow(TypeError);
    expect(() => new Pool({ retries: -1 })).toThrow(RangeError);
    expect(() => new Pool({ grace: -1 })).toThrow(RangeError);
    expect(() => new Pool(4 as never)).toThrow(TypeError);
    expect(activeChildren()).toHaveLength(children);
  });

  test('stats() counts its tasks', async () => {
    const pool = startAny({ processes: 1 });
    const { memory, words } = sharedWords();
    await outcomeOf(pool.apply(tasks.boom, ['x']));
    const held = pool.apply(tasks.hold, [memory]);
    await until(() => words[0] === 1);
    expect(pool.stats()).toMatchObject({ busy: 1, running: 1, completed: 0, failed: 1 });
    Atomics.store(words, 1, 1);
    await held;
    const { completed, run, wait } = pool.stats();
    expect(completed).toBe(1);
    expect(run.max).toBeGreaterThan(1_000_000);
    expect(wait.percentile(50)).toBeGreaterThan(0);
  });

  test('may be made in a task of another', async () => {
    expect(await startAny({ processes: 1 }).apply(sumOfSquares, [[1, 2, 3]])).toBe(14);
  });

  test('that is leaked does not keep its program from ending', async () => {
    const child = startChild(new URL('fixtures/leaks-a-pool.mjs', import.meta.url));
    await child.line('3');
    expect(await child.exit).toEqual({ code: 0, signal: null });
    expect(child.stderr).toBe('');
  });

  test('in a module that its own workers import: the task rejects with an error that explains it', async () => {
    const child = startChild(new URL('fixtures/unguarded.mjs', import.meta.url));
    await child.line(/isMainProcess/);
    expect((await child.exit).code).toBe(0);
  });
});

describe.each(runtimes)('with workers of runtime $runtime,', ({ runtime }) => {
  const startPool = (options: PoolOptions = { processes: 2 }): Pool => startAny({ runtime, ...options });

  describe('close', () => {
    test('lets what was submitted finish, and takes no more', async () => {
      const pool = startPool();
      const results = Array.from({ length: 50 }, (_, i) => pool.apply(tasks.later, [i]));
      pool.close();
      pool.close();
      await expect(pool.apply(tasks.nothing)).rejects.toThrow(ClosedError);
      await expect(pool.map(tasks.square, [1])).rejects.toThrow(ClosedError);
      expect(() => pool.imap(tasks.square, [1])).toThrow(ClosedError);
      expect(await Promise.all(results)).toEqual(results.map((_, i) => i));
      expect(await pool.join()).toBe(true);
      expect(pool.stats()).toMatchObject({ workers: 0 });
    });

    test('rejects submitted tasks if no worker starts', async () => {
      const { memory } = sharedWords();
      const pool = startPool({ processes: 1, initializer: tasks.exitWhilePreparing, initargs: [memory] });
      const result = outcomeOf(pool.apply(tasks.nothing));
      pool.close();
      expect(await result).toHaveProperty('code', 'ERR_MULTIPROCESS_PROCESS_START');
      expect(await pool.join()).toBe(true);
    });

    test('with cancelPending rejects what has not begun', async () => {
      const pool = startPool({ processes: 1 });
      const { memory, words } = sharedWords();
      const first = pool.apply(tasks.hold, [memory]);
      const others = Array.from({ length: 10 }, () => outcomeOf(pool.apply(tasks.nothing)));
      await until(() => words[0] === 1);
      pool.close({ cancelPending: true });
      for (const error of await Promise.all(others)) expect(error).toHaveProperty('name', 'AbortError');
      Atomics.store(words, 1, 1);
      expect(await first).toBe('held');
      expect(await pool.join()).toBe(true);
    });

    test('a worker that dies afterwards is replaced as long as there is work', async () => {
      markKilled();
      const pool = startPool({ processes: 1 });
      const error = outcomeOf(pool.apply(tasks.ends, [runtime === 'thread' ? 'exit' : 'SIGKILL']));
      const results = Array.from({ length: 5 }, (_, i) => pool.apply(tasks.square, [i]));
      pool.close();
      expect(await error).toHaveProperty('code', 'ERR_MULTIPROCESS_WORKER_DIED');
      expect(await Promise.all(results)).toEqual([0, 1, 4, 9, 16]);
      expect(await pool.join()).toBe(true);
    });
  });

  describe('terminate', () => {
    test('rejects everything, and ends workers that ignore SIGTERM', async () => {
      markKilled();
      const pool = startPool({ processes: 2, grace: 50 });
      const { memory, words } = sharedWords();
      const stubborn = (shared: typeof memory): void => {
        process.on('SIGTERM', () => undefined);
        const state = new Int32Array(shared.buffer);
        Atomics.add(state, 0, 1);
        for (;;);
      };
      const outcomes = [0, 1, 2, 3].map(() => outcomeOf(pool.apply(stubborn, [memory])));
      await until(() => words[0] === 2);
      pool.terminate();
      pool.terminate();
      for (const outcome of await Promise.all(outcomes)) expect(outcome).toBeInstanceOf(ClosedError);
      expect(await pool.join()).toBe(true);
      await expect(pool.apply(tasks.nothing)).rejects.toThrow(ClosedError);
    });

    test('right after the start leaves no worker', async () => {
      markKilled();
      const pool = startPool({ processes: 2 });
      const result = outcomeOf(pool.apply(tasks.nothing));
      pool.terminate();
      expect(await result).toBeInstanceOf(ClosedError);
      expect(await pool.join()).toBe(true);
    });
  });

  describe('join', () => {
    test('of an open pool is misuse', async () => {
      const pool = startPool({ processes: 1 });
      await expect(pool.join()).rejects.toThrow(TypeError);
      expect(() => pool.joinSync()).toThrow(TypeError);
    });

    test('gives up after timeout, and when its signal is aborted', async () => {
      const pool = startPool({ processes: 1 });
      const { memory, words } = sharedWords();
      const held = pool.apply(tasks.hold, [memory]);
      pool.close();
      expect(await pool.join({ timeout: 10 })).toBe(false);
      expect(pool.joinSync({ timeout: 10 })).toBe(false);
      const signal = AbortSignal.timeout(10);
      await expect(pool.join({ signal })).rejects.toSatisfy((reason) => reason === signal.reason);
      Atomics.store(words, 1, 1);
      expect(await held).toBe('held');
      expect(await pool.join()).toBe(true);
      expect(pool.joinSync()).toBe(true);
    });

    test('joinSync finishes the remaining tasks without an event loop', () => {
      const pool = startPool();
      const results = [1, 2, 3].map((x) => pool.applyAsync(tasks.later, [x]));
      pool.close();
      expect(pool.joinSync()).toBe(true);
      expect(results.map((result): unknown => result.getSync())).toEqual([1, 2, 3]);
    });
  });

  test('await using closes it and waits', async () => {
    let result: Promise<number> | undefined;
    {
      await using pool = new Pool({ processes: 1, runtime });
      result = pool.apply(tasks.add, [1, 2]);
    }
    expect(await result).toBe(3);
    expect(activeChildren()).toEqual([]);
  });
});

/** Apart from doorbells of others, of which one is kept open for each slot of the registry that was ever in use. */
function descriptors(): number {
  return openDescriptors().filter((fd) => !/\/(bell|lot)-/.test(targetOf(fd))).length;
}

test('pools that come and go leave nothing', { timeout: 240_000 }, async () => {
  markKilled();
  const round = async (): Promise<void> => {
    const pool = new Pool({ processes: 2 });
    await Promise.all([pool.map(tasks.square, [1, 2, 3, 4]), outcomeOf(pool.apply(tasks.ends, ['SIGKILL']))]);
    pool.close();
    await pool.join();
  };
  await round();
  await until(() => zombies().length === 0);
  const before = { descriptors: descriptors(), segments: segmentFiles() };
  for (let i = 0; i < 10; i++) await round();
  await until(() => zombies().length === 0 && descriptors() <= before.descriptors);
  expect(segmentFiles()).toEqual(before.segments);
});
