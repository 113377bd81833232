import { AsyncLocalStorage } from 'node:async_hooks';
import type { Pool, PoolOptions } from '@multiprocess/pool';
import { ClosedError, RemoteError, SerializationError, TimeoutError } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { runtimes } from '../helpers/runtimes.js';
import { until } from '../helpers/until.js';
import * as tasks from './fixtures/tasks.mjs';
import { outcomeOf, sharedWords, startPool as startAny } from './helpers.js';

describe.each(runtimes)('workers of runtime $runtime:', ({ runtime }) => {
  const startPool = (options: PoolOptions = { processes: 2 }): Pool => startAny({ runtime, ...options });

  describe('apply', () => {
    test('calls the function in a worker and gives its value', async () => {
      const pool = startPool();
      expect(await pool.apply(tasks.add, [1, 2])).toBe(3);
      expect((await pool.apply(tasks.pid)) === process.pid).toBe(runtime === 'thread');
      expect(await pool.apply(tasks.later, ['x'])).toBe('x');
    });

    test('takes a function that refers to nothing outside of itself', async () => {
      const factor = 3;
      expect(await startPool().apply((x: number, y: number) => x * y, [14, factor])).toBe(42);
    });

    test('rejects with what the function throws, class and code included', async () => {
      const error = await outcomeOf(startPool().apply(tasks.boom, ['x']));
      expect(error).toBeInstanceOf(RangeError);
      expect(error).toMatchObject({
        message: 'x',
        code: 'BOOM',
        stack: expect.stringContaining('tasks.mjs') as string,
      });
    });

    test.each(['a getter', 'inspection', 'a revoked proxy'])(
      'rejects if what was thrown throws in turn: %s',
      async (what) => {
        const pool = startPool({ processes: 1 });
        expect(await outcomeOf(pool.apply(tasks.throwHostile, [what]))).toBeInstanceOf(RemoteError);
        expect(pool.stats()).toMatchObject({ workers: 1, replaced: 0, failed: 1 });
      },
    );

    test('names the path to an argument that cannot be serialized, and affects no other call', async () => {
      const pool = startPool();
      const error = await outcomeOf(pool.apply(tasks.echo, [{ deep: Symbol('x') }]));
      expect(error).toBeInstanceOf(SerializationError);
      expect(error).toHaveProperty('message', expect.stringContaining('deep'));
      expect(await pool.apply(tasks.add, [1, 2])).toBe(3);
    });

    test('rejects if the result cannot be carried', async () => {
      expect(await outcomeOf(startPool().apply(tasks.unsendable))).toBeInstanceOf(SerializationError);
    });

    test('has serialized the arguments when it returns', async () => {
      const argument = { n: 1 };
      const result = startPool().apply(tasks.echo, [argument]);
      argument.n = 2;
      expect(await result).toEqual({ n: 1 });
    });

    test('arguments of tasks behind one stay what they are, whatever it takes from queues and gives away', async () => {
      const pool = startPool({ processes: 1 });
      const results = Array.from({ length: 200 }, (_, i) =>
        pool.apply(tasks.queueAndTransfer, [i, new Uint8Array(3000).fill(i)]),
      );
      const expected = Array.from({ length: 200 }, (_, i) => ({ id: i, first: i, last: i, length: 3000 }));
      expect(await Promise.all(results)).toEqual(expected);
    });

    test('carries large arguments and results', async () => {
      const big = new Uint8Array(20_000_000).fill(9);
      const back = (await startPool().apply(tasks.echo, [big])) as Uint8Array;
      expect(back.byteLength).toBe(big.byteLength);
      expect(back[19_999_999]).toBe(9);
    });

    test('passes shared objects to tasks by reference', async () => {
      const { memory, words } = sharedWords();
      await startPool().apply(tasks.count, [memory]);
      expect(words[0]).toBe(1);
    });

    test('passes typed arrays over shared memory by reference', async () => {
      const { words } = sharedWords();
      await startPool().apply(tasks.countIn, [words]);
      expect(words[0]).toBe(1);
    });

    test('ten thousand at a time come back, each with its own value', async () => {
      const pool = startPool();
      const all = await Promise.all(Array.from({ length: 10_000 }, (_, i) => pool.apply(tasks.square, [i])));
      expect(all.every((value, i) => value === i * i)).toBe(true);
    });

    test('misuse rejects with the value received', async () => {
      const pool = startPool();
      await expect(pool.apply('add' as never)).rejects.toThrow(/fn must be a function, received 'add'/);
      await expect(pool.apply(tasks.add, 'ab' as never)).rejects.toThrow(TypeError);
      await expect(pool.apply(tasks.nothing, [], { timeout: Number.NaN })).rejects.toThrow(TypeError);
    });

    test('tasks that a busy worker has not begun go to an idle one', async () => {
      const pool = startPool();
      const { memory, words } = sharedWords();
      await Promise.all([pool.apply(tasks.nothing), pool.apply(tasks.nothing)]);
      const long = pool.apply(tasks.spin, [memory]);
      await Promise.all(Array.from({ length: 100 }, () => pool.apply(tasks.nothing)));
      Atomics.store(words, 1, 1);
      expect(await long).toBe('spun');
    });
  });

  describe('applySync', () => {
    test('blocks until the value is there', () => {
      expect(startPool().applySync(tasks.add, [1, 2])).toBe(3);
    });

    test('throws what the function throws', () => {
      expect(() => startPool().applySync(tasks.boom, ['x'])).toThrow(RangeError);
    });

    test('sees a worker die, and replaces it, without an event loop', () => {
      const pool = startPool({ processes: 1 });
      const how = runtime === 'thread' ? 'exit' : 'SIGKILL';
      const message = runtime === 'thread' ? /exit code 3/ : /SIGKILL/;
      expect(() => pool.applySync(tasks.ends, [how])).toThrow(message);
      expect(pool.applySync(tasks.add, [1, 2])).toBe(3);
    });

    test('ends a task that is out of time without an event loop', () => {
      const pool = startPool({ processes: 1, grace: 0 });
      const { memory } = sharedWords();
      expect(() => pool.applySync(tasks.spin, [memory], { timeout: 50 })).toThrow(TimeoutError);
      expect(pool.applySync(tasks.add, [1, 2])).toBe(3);
    });

    test('settles what else comes back meanwhile', async () => {
      const pool = startPool({ processes: 1 });
      const other = pool.applyAsync(tasks.add, [1, 2]);
      expect(pool.applySync(tasks.add, [3, 4])).toBe(7);
      expect(other.ready).toBe(true);
      expect(await other).toBe(3);
    });
  });

  describe('applyAsync', () => {
    test('gives a result that can be waited for, asked, and awaited', async () => {
      const pool = startPool();
      const result = pool.applyAsync(tasks.add, [1, 2]);
      expect(() => result.successful).toThrow(TypeError);
      expect(await result.wait()).toBe(true);
      expect([result.ready, result.successful]).toEqual([true, true]);
      expect(await result.get()).toBe(3);
      expect(result.getSync()).toBe(3);
      expect(await result).toBe(3);
    });

    test('an error is thrown as often as it is asked for, and by nothing else', async () => {
      const result = startPool().applyAsync(tasks.boom, ['x']);
      expect(await result.wait()).toBe(true);
      expect(result.successful).toBe(false);
      await expect(result.get()).rejects.toThrow(RangeError);
      await expect(result.get()).rejects.toThrow(RangeError);
      expect(() => result.getSync()).toThrow(RangeError);
    });

    test('get throws a TimeoutError; the task goes on', async () => {
      const pool = startPool();
      const { memory, words } = sharedWords();
      const result = pool.applyAsync(tasks.hold, [memory]);
      await expect(result.get({ timeout: 10 })).rejects.toThrow(TimeoutError);
      expect(() => result.getSync({ timeout: 10 })).toThrow(TimeoutError);
      expect(await result.wait({ timeout: 1 })).toBe(false);
      Atomics.store(words, 1, 1);
      expect(await result).toBe('held');
    });

    test('callbacks get value or error, in the async context of their caller', async () => {
      const pool = startPool();
      const storage = new AsyncLocalStorage<string>();
      const seen: unknown[] = [];
      const note = (what: unknown): void => void seen.push([what, storage.getStore()]);
      storage.run('here', () => {
        pool.applyAsync(tasks.add, [1, 2], { callback: note, errorCallback: note });
        pool.applyAsync(tasks.boom, ['x'], {
          callback: note,
          errorCallback: (error) => note((error as Error).message),
        });
      });
      await until(() => seen.length === 2);
      expect(seen).toEqual(
        expect.arrayContaining([
          [3, 'here'],
          ['x', 'here'],
        ]),
      );
    });

    test('a callback that throws is an uncaught exception, and harms no other task', async () => {
      const pool = startPool();
      const uncaught: unknown[] = [];
      const listeners = process.listeners('uncaughtException');
      process.removeAllListeners('uncaughtException').on('uncaughtException', (error) => uncaught.push(error));
      try {
        pool.applyAsync(tasks.add, [1, 2], {
          callback: () => {
            throw new RangeError('mine');
          },
        });
        await until(() => uncaught.length === 1);
      } finally {
        process.removeAllListeners('uncaughtException');
        for (const listener of listeners) process.on('uncaughtException', listener);
      }
      expect(uncaught[0]).toBeInstanceOf(RangeError);
      expect(await pool.apply(tasks.add, [1, 2])).toBe(3);
    });

    test('throws at once what cannot be carried, and on a closed pool', () => {
      const pool = startPool();
      expect(() => pool.applyAsync(tasks.echo, [Symbol('x')])).toThrow(SerializationError);
      pool.close();
      expect(() => pool.applyAsync(tasks.nothing)).toThrow(ClosedError);
    });
  });

  describe('a result that is cancelled', () => {
    test('rejects with AbortError if it had not begun, and never begins', async () => {
      const pool = startPool({ processes: 1 });
      const { memory, words } = sharedWords();
      const { memory: counter, words: counted } = sharedWords();
      const first = pool.applyAsync(tasks.hold, [memory]);
      const second = pool.applyAsync(tasks.count, [counter]);
      await until(() => words[0] === 1);
      expect(first.cancel()).toBe(false);
      expect(second.cancel()).toBe(true);
      expect(second.cancel()).toBe(false);
      await expect(second.get()).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }) as Error);
      Atomics.store(words, 1, 1);
      expect(await first).toBe('held');
      await pool.apply(tasks.nothing);
      expect(counted[0]).toBe(0);
    });

    test('stays as it is once it has ended', async () => {
      const result = startPool().applyAsync(tasks.add, [1, 2]);
      await result.wait();
      expect(result.cancel()).toBe(false);
      expect(await result).toBe(3);
    });
  });
});

describe('the stack of an error tells of the functions that await the call,', () => {
  test.each<[string, (pool: Pool) => Promise<unknown>]>([
    ['of apply(), with those of the worker', (pool) => pool.apply(tasks.boom, ['!'])],
    ['of map()', (pool) => pool.map(tasks.boom, ['!'])],
    ['of a time limit', (pool) => pool.apply(tasks.sleepFor, [1e6], { timeout: 1 })],
  ])('%s', async (_, call) => {
    const pool = startAny();
    async function caller(): Promise<void> {
      await call(pool);
    }
    const error = (await outcomeOf(caller())) as Error;
    expect(error.stack).toMatch(/\n {4}at (async )?(caller )?.*apply\.test\.ts/);
  });

  test('once, if calls have the same error, and not in the reason of a signal', async () => {
    const pool = startAny();
    const controller = new AbortController();
    async function caller(): Promise<void> {
      await pool.apply(tasks.sleepFor, [1e6], { signal: controller.signal });
    }
    const calls = [outcomeOf(caller()), outcomeOf(caller())];
    const reason = new Error('enough');
    const { stack } = reason;
    controller.abort(reason);
    expect(await Promise.all(calls)).toEqual([reason, reason]);
    expect(reason.stack).toBe(stack);
  });
});
