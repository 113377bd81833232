import { activeChildren } from '@multiprocess/process';
import { ProcessStartError, TimeoutError, WorkerDiedError } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { times } from '../helpers/effort.js';
import { markKilled } from '../helpers/segment-directory.js';
import { until } from '../helpers/until.js';
import * as tasks from './fixtures/tasks.mjs';
import { outcomeOf, sharedWords, startPool } from './helpers.js';

const poolPids = (): number[] => activeChildren().flatMap(({ pid }) => pid ?? []);

describe.each([
  ['exit', { exitCode: 3, signal: null }],
  ['abort', { exitCode: -6, signal: 'SIGABRT' }],
  ['SIGKILL', { exitCode: -9, signal: 'SIGKILL' }],
  ['uncaught', { exitCode: 1, signal: null }],
  ['never', { exitCode: 13, signal: null }],
])('a worker that ends while it runs a task: %s', (how, end) => {
  test('that task rejects with the way its worker ended, the others finish, the pool goes on', async () => {
    markKilled();
    const pool = startPool();
    const before = Array.from({ length: 20 }, (_, i) => pool.apply(tasks.square, [i]));
    const victim = outcomeOf(pool.apply(tasks.ends, [how]));
    const after = Array.from({ length: 20 }, (_, i) => pool.apply(tasks.square, [i]));
    const error = await victim;
    expect(error).toBeInstanceOf(WorkerDiedError);
    expect(error).toMatchObject({ ...end, pid: expect.any(Number) as number, code: 'ERR_MULTIPROCESS_WORKER_DIED' });
    expect(error).toHaveProperty('message', expect.stringContaining('ends'));
    expect(await Promise.all([...before, ...after])).toEqual([...before, ...after].map((_, i) => (i % 20) ** 2));
    expect(await pool.apply(tasks.add, [1, 2])).toBe(3);
    expect(pool.stats().replaced).toBe(1);
  });
});

describe('a worker that dies', () => {
  test('of an uncaught error: the task has it as its cause', async () => {
    const error = (await outcomeOf(startPool().apply(tasks.ends, ['uncaught']))) as Error;
    expect(error.cause).toEqual(new TypeError('from a timer'));
  });

  test('out of memory: the task rejects', async () => {
    markKilled();
    process.env['NODE_OPTIONS'] = '--max-old-space-size=40';
    try {
      const pool = startPool({ processes: 1 });
      expect(await outcomeOf(pool.apply(tasks.ends, ['memory']))).toBeInstanceOf(WorkerDiedError);
      expect(await pool.apply(tasks.add, [1, 2])).toBe(3);
    } finally {
      delete process.env['NODE_OPTIONS'];
    }
  });

  test('in a map: the map rejects, with the number of the input', async () => {
    const pool = startPool();
    const inputs = Array.from({ length: 10 }, (_, i) => i);
    const fatal = (i: number): number => {
      if (i === 7) process.kill(process.pid, 'SIGKILL');
      return i;
    };
    markKilled();
    const error = await outcomeOf(pool.map(fatal, inputs, { chunksize: 5 }));
    expect(error).toBeInstanceOf(WorkerDiedError);
    expect(error).toHaveProperty('message', expect.stringMatching(/at input 7$/));
  });

  test('idle, many times in a row: callers notice nothing', { timeout: 240_000 }, async () => {
    markKilled();
    const pool = startPool();
    for (let i = 0; i < times(100); i++) {
      expect(await pool.apply(tasks.square, [i])).toBe(i * i);
      const pids = poolPids();
      process.kill(pids[i % pids.length]!, 'SIGKILL');
      expect(await pool.apply(tasks.add, [i, 1])).toBe(i + 1);
    }
  });

  test('in the middle of a stream of tasks: each task runs once, or rejects', { timeout: 240_000 }, async () => {
    markKilled();
    const pool = startPool();
    const { memory, words } = sharedWords();
    let rejected = 0;
    let resolved = 0;
    const caller = async (): Promise<void> => {
      for (let i = 0; i < 200; i++) {
        const outcome = await outcomeOf(pool.apply(tasks.count, [memory]));
        if (outcome instanceof WorkerDiedError) rejected++;
        else resolved++;
      }
    };
    const callers = Promise.all(Array.from({ length: 32 }, caller));
    for (let kills = 0; kills < 10; kills++) {
      const so = resolved + 100;
      await until(() => resolved >= so || resolved + rejected === 6400);
      const { pid } = activeChildren()[kills % 2] ?? {};
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    }
    await callers;
    expect(resolved + rejected).toBe(6400);
    // Killed while running a task, a worker may have counted it or not; nothing else was begun twice or never.
    expect(words[0]).toBeGreaterThanOrEqual(resolved);
    expect(words[0]).toBeLessThanOrEqual(resolved + rejected);
    expect(rejected).toBeLessThanOrEqual(10);
  });
});

describe("onWorkerDeath: 'retry'", () => {
  test('begins the task again', async () => {
    markKilled();
    const pool = startPool({ processes: 1, onWorkerDeath: 'retry' });
    const { memory } = sharedWords();
    expect(await pool.apply(tasks.fragile, [memory, 3])).toBe('survived');
    expect(pool.stats().replaced).toBe(3);
  });

  test('gives up on a task that kills every worker, after the allowed number of retries', async () => {
    markKilled();
    const pool = startPool({ processes: 1, onWorkerDeath: 'retry', retries: 1 });
    const { memory, words } = sharedWords();
    expect(await outcomeOf(pool.apply(tasks.fragile, [memory, 100]))).toBeInstanceOf(WorkerDiedError);
    expect(words[0]).toBe(2);
    expect(await pool.apply(tasks.add, [1, 2])).toBe(3);
  });
});

describe('a task with a time limit', () => {
  test('is counted from its start, not from when it was submitted', async () => {
    const pool = startPool({ processes: 1 });
    const { memory, words } = sharedWords();
    const first = pool.apply(tasks.hold, [memory]);
    const second = pool.apply(tasks.add, [1, 2], { timeout: 500 });
    await until(() => words[0] === 1);
    await new Promise((resolve) => setTimeout(resolve, 700));
    Atomics.store(words, 1, 1);
    expect(await first).toBe('held');
    expect(await second).toBe(3);
  });

  test('rejects with TimeoutError, and its worker is replaced if it goes on', async () => {
    markKilled();
    const pool = startPool({ processes: 1, grace: 10 });
    const { memory } = sharedWords();
    const worker = await pool.apply(tasks.pid);
    expect(await outcomeOf(pool.apply(tasks.spin, [memory], { timeout: 50 }))).toBeInstanceOf(TimeoutError);
    expect(await pool.apply(tasks.pid)).not.toBe(worker);
  });

  test('may wait for its signal, and for nothing else', async () => {
    for (const runtime of ['process', 'thread'] as const) {
      const pool = startPool({ processes: 1, grace: 1e6, runtime });
      await pool.apply(tasks.nothing);
      expect(await outcomeOf(pool.apply(tasks.waitForStop, [], { timeout: 300 }))).toBeInstanceOf(TimeoutError);
      await pool.apply(tasks.nothing);
      expect(pool.stats().replaced).toBe(0);
    }
  });

  test('keeps its worker if it stops when it is asked to', async () => {
    const pool = startPool({ processes: 1, grace: 100_000 });
    const { memory, words } = sharedWords();
    const worker = await pool.apply(tasks.pid);
    for (const task of [tasks.obedient, tasks.busyObedient]) {
      words.fill(0);
      expect(await outcomeOf(pool.apply(task, [memory], { timeout: 50 }))).toBeInstanceOf(TimeoutError);
      await until(() => words[2] === 1);
    }
    expect(await pool.apply(tasks.pid)).toBe(worker);
  });
});

describe('a task with a signal', () => {
  test('never begins if it is aborted before', async () => {
    const pool = startPool({ processes: 1 });
    const { memory, words } = sharedWords();
    const { memory: counter, words: counted } = sharedWords();
    const controller = new AbortController();
    const first = pool.apply(tasks.hold, [memory]);
    const second = outcomeOf(pool.apply(tasks.count, [counter], { signal: controller.signal }));
    await until(() => words[0] === 1);
    controller.abort(new RangeError('enough'));
    expect(await second).toEqual(new RangeError('enough'));
    Atomics.store(words, 1, 1);
    expect(await first).toBe('held');
    expect(counted[0]).toBe(0);
    expect(await outcomeOf(pool.apply(tasks.nothing, [], { signal: controller.signal }))).toEqual(
      new RangeError('enough'),
    );
  });

  test('that was aborted before is a result that rejects', async () => {
    const pool = startPool({ processes: 1 });
    const told: unknown[] = [];
    const signal = AbortSignal.abort('enough');
    const options = { signal, errorCallback: (error: unknown) => told.push(error) };
    expect(await outcomeOf(pool.applyAsync(tasks.nothing, [], options))).toBe('enough');
    expect(await outcomeOf(pool.mapAsync(tasks.square, [1], options))).toBe('enough');
    expect(await outcomeOf(pool.map(tasks.square, [1], { signal }))).toBe('enough');
    expect(told).toEqual(['enough', 'enough']);
    expect(pool.stats()).toMatchObject({ running: 0, queued: 0 });
  });

  test('rejects with its reason, and only its worker is replaced', async () => {
    markKilled();
    const pool = startPool({ processes: 2, grace: 10 });
    const { memory, words } = sharedWords();
    const { memory: otherMemory, words: otherWords } = sharedWords();
    const controller = new AbortController();
    const other = pool.apply(tasks.hold, [otherMemory]);
    const aborted = outcomeOf(pool.apply(tasks.spin, [memory], { signal: controller.signal }));
    await until(() => words[0] === 1 && otherWords[0] === 1);
    controller.abort();
    expect(await aborted).toHaveProperty('name', 'AbortError');
    await until(() => pool.stats().replaced === 1);
    Atomics.store(otherWords, 1, 1);
    expect(await other).toBe('held');
  });

  test('listens no more when it is over', async () => {
    const { signal } = new AbortController();
    let listening = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listening++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listening--;
      remove(...args);
    };
    const pool = startPool();
    await Promise.all(Array.from({ length: 20 }, () => pool.apply(tasks.nothing, [], { signal })));
    await pool.map(tasks.square, [1, 2, 3], { signal });
    expect(listening).toBe(0);
  });
});

describe('an initializer', () => {
  test('runs in each worker before its first task, with initargs', async () => {
    const pool = startPool({ processes: 2, initializer: tasks.prepare, initargs: [42] });
    expect(await pool.map(tasks.preparedValue, [1, 2, 3, 4], { chunksize: 1 })).toEqual([42, 42, 42, 42]);
  });

  test('that fails rejects all tasks with its error, and is not tried for ever', async () => {
    const { memory, words } = sharedWords();
    const pool = startPool({ processes: 2, initializer: tasks.failToPrepare, initargs: [memory] });
    expect(await outcomeOf(pool.apply(tasks.nothing))).toEqual(new RangeError('no database'));
    expect(await outcomeOf(pool.apply(tasks.nothing))).toEqual(new RangeError('no database'));
    expect(words[0]).toBeLessThanOrEqual(2);
  });

  test('that ends its process again and again breaks the pool', async () => {
    const { memory, words } = sharedWords();
    const pool = startPool({ processes: 1, initializer: tasks.exitWhilePreparing, initargs: [memory] });
    const error = await outcomeOf(pool.apply(tasks.nothing));
    expect(error).toBeInstanceOf(ProcessStartError);
    expect(error).toHaveProperty('message', expect.stringContaining('exit code 7'));
    expect(words[0]).toBe(3);
  });
});

describe('maxTasksPerChild', () => {
  test('replaces a worker after so many tasks; a chunk is one', async () => {
    const pool = startPool({ processes: 1, maxTasksPerChild: 2 });
    const pids = [];
    for (let i = 0; i < 6; i++) pids.push(await pool.apply(tasks.pid));
    expect(pids[0]).toBe(pids[1]);
    expect(new Set(pids).size).toBe(3);
    expect(await pool.map(tasks.square, [1, 2, 3, 4], { chunksize: 4 })).toEqual([1, 4, 9, 16]);
  });

  test('with many tasks at a time, all are done', async () => {
    const pool = startPool({ processes: 2, maxTasksPerChild: 3 });
    const results = await Promise.all(Array.from({ length: 30 }, (_, i) => pool.apply(tasks.square, [i])));
    expect(results).toEqual(Array.from({ length: 30 }, (_, i) => i * i));
  });
});
