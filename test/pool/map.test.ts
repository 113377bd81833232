import type { Pool, PoolOptions } from '@multiprocess/pool';
import { SerializationError } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { runtimes } from '../helpers/runtimes.js';
import { until } from '../helpers/until.js';
import * as tasks from './fixtures/tasks.mjs';
import { outcomeOf, sharedWords, startPool as startAny } from './helpers.js';

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe.each(runtimes)('workers of runtime $runtime:', ({ runtime }) => {
  const startPool = (options: PoolOptions = { processes: 2 }): Pool => startAny({ runtime, ...options });

  describe('map', () => {
    test('gives the results in the order of the inputs, however they are chunked', async () => {
      const pool = startPool();
      const expected = upTo(100).map((x) => x * x);
      for (const chunksize of [undefined, 1, 7, 100, 1000]) {
        expect(await pool.map(tasks.square, upTo(100), { chunksize })).toEqual(expected);
      }
    });

    test('gives values back as they are', async () => {
      const values = [0, -0, 1.5, NaN, Infinity, 2 ** 31, -(2 ** 31), 2 ** 53, null, undefined, 'x', 1n, { a: [1] }];
      const pool = startPool();
      expect(await pool.map(tasks.echo, values, { chunksize: values.length })).toEqual(values);
      for (const value of values) expect(await pool.map(tasks.echo, [value])).toEqual([value]);
      expect(await pool.map(tasks.echo, [0, -0, 3])).toEqual([0, -0, 3]);
    });

    test('takes anything iterable, and nothing else', async () => {
      const pool = startPool();
      expect(await pool.map(tasks.square, new Set([1, 2]))).toEqual([1, 4]);
      expect(await pool.map(tasks.square, Int32Array.of(1, 2, 3))).toEqual([1, 4, 9]);
      expect(await pool.map(tasks.square, Float64Array.of(0.5))).toEqual([0.25]);
      expect(await pool.map(tasks.echo, 'ab')).toEqual(['a', 'b']);
      expect(await pool.map(tasks.square, [])).toEqual([]);
      await expect(pool.map(tasks.square, 5 as never)).rejects.toThrow(/inputs must be an iterable/);
    });

    test('awaits functions that are asynchronous', async () => {
      expect(await startPool().map(tasks.later, upTo(20))).toEqual(upTo(20));
    });

    test('runs every chunk although one fails, then rejects with the first error', async () => {
      const pool = startPool();
      const { memory, words } = sharedWords();
      const inputs: [typeof memory, number][] = upTo(10).map((i) => [memory, i]);
      const failing = ([shared, i]: [typeof memory, number]): void => {
        Atomics.add(new Int32Array(shared.buffer), 0, 1);
        if (i === 3) throw new RangeError('three');
      };
      await expect(pool.map(failing, inputs, { chunksize: 1 })).rejects.toThrow(new RangeError('three'));
      expect(words[0]).toBe(10);
    });

    test('rejects with what iterating over the inputs throws', async () => {
      const inputs = function* (): Generator<number> {
        yield 1;
        throw new RangeError('no more');
      };
      await expect(startPool().map(tasks.square, inputs())).rejects.toThrow('no more');
    });

    test('refuses wrong chunk sizes', async () => {
      const pool = startPool();
      await expect(pool.map(tasks.square, [1], { chunksize: 0 })).rejects.toThrow(RangeError);
      await expect(pool.map(tasks.square, [1], { chunksize: 1.5 })).rejects.toThrow(RangeError);
      await expect(pool.map(tasks.square, [1], { chunksize: '2' as never })).rejects.toThrow(TypeError);
    });

    test('submits nothing if one input cannot be carried', async () => {
      const pool = startPool();
      expect(await outcomeOf(pool.map(tasks.echo, [1, Symbol('x')], { chunksize: 1 }))).toBeInstanceOf(
        SerializationError,
      );
      expect(pool.stats()).toMatchObject({ completed: 0, queued: 0, running: 0 });
    });

    test('reports its progress', async () => {
      const progress: [number, number][] = [];
      await startPool().map(tasks.square, upTo(10), {
        chunksize: 4,
        onProgress: (done, total) => progress.push([done, total]),
      });
      expect(progress.map(([, total]) => total)).toEqual([10, 10, 10]);
      expect(progress.at(-1)).toEqual([10, 10]);
      expect(progress.map(([done]) => done)).toEqual([...progress.map(([done]) => done)].sort((a, b) => a - b));
    });

    test('mapSync blocks until all are there', () => {
      expect(startPool().mapSync(tasks.square, upTo(100))).toEqual(upTo(100).map((x) => x * x));
    });

    test('mapAsync is cancelled as long as no chunk has begun', async () => {
      const pool = startPool({ processes: 1 });
      const { memory, words } = sharedWords();
      const first = pool.applyAsync(tasks.hold, [memory]);
      await until(() => words[0] === 1);
      const mapped = pool.mapAsync(tasks.square, upTo(10), { chunksize: 2 });
      await until(() => pool.stats().running > 1);
      expect(mapped.cancel()).toBe(true);
      await expect(mapped.get()).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }) as Error);
      Atomics.store(words, 1, 1);
      expect(await first).toBe('held');
      expect(pool.stats().completed).toBe(1);
    });

    test('ends when its signal is aborted', async () => {
      const pool = startPool({ processes: 1, grace: 10 });
      const { memory, words } = sharedWords();
      const controller = new AbortController();
      const mapped = outcomeOf(
        pool.map(tasks.hold, [memory, memory, memory], { chunksize: 1, signal: controller.signal }),
      );
      await until(() => words[0] === 1);
      controller.abort(new RangeError('enough'));
      expect(await mapped).toEqual(new RangeError('enough'));
      expect(await pool.apply(tasks.add, [1, 2])).toBe(3);
      expect(words[0]).toBe(1);
    });
  });

  describe('starmap', () => {
    test('calls with the elements of each input', async () => {
      const pool = startPool();
      const inputs: [number, number][] = [
        [1, 2],
        [3, 4],
      ];
      expect(await pool.starmap(tasks.add, inputs)).toEqual([3, 7]);
      expect(pool.starmapSync(tasks.add, inputs)).toEqual([3, 7]);
      expect(await pool.starmapAsync(tasks.add, inputs)).toEqual([3, 7]);
    });

    test('rejects if an element is not iterable', async () => {
      await expect(startPool().starmap(tasks.add, [5] as never)).rejects.toThrow(TypeError);
    });
  });

  describe('imap', () => {
    test('gives results in order, one by one', async () => {
      const results = [];
      for await (const value of startPool().imap(tasks.square, upTo(50), { chunksize: 3 })) results.push(value);
      expect(results).toEqual(upTo(50).map((x) => x * x));
    });

    test('imapUnordered gives all of them', async () => {
      const results = [];
      for await (const value of startPool().imapUnordered(tasks.square, upTo(50))) results.push(value);
      expect(results.sort((a, b) => a - b)).toEqual(upTo(50).map((x) => x * x));
    });

    test('imapUnordered does not wait for a slow one', async () => {
      const pool = startPool();
      const { memory, words } = sharedWords();
      const results = pool.imapUnordered(
        ([i, shared]: [number, typeof memory]) => {
          const state = new Int32Array(shared.buffer);
          while (i === 0 && Atomics.load(state, 1) === 0);
          return i;
        },
        upTo(10).map((i): [number, typeof memory] => [i, memory]),
        { window: 10 },
      );
      for (let i = 1; i < 10; i++) expect((await results.next()).value).not.toBe(0);
      Atomics.store(words, 1, 1);
      expect((await results.next()).value).toBe(0);
      expect((await results.next()).done).toBe(true);
    });

    test('reads no further ahead than its window, also of endless inputs', async () => {
      let read = 0;
      const inputs = function* (): Generator<number> {
        for (;;) yield read++;
      };
      const results = startPool().imap(tasks.square, inputs(), { window: 4 });
      for (let taken = 1; taken <= 20; taken++) {
        await results.next();
        expect(read).toBeLessThanOrEqual(taken + 4);
      }
      await results.return?.();
    });

    test('reads asynchronous inputs, which may be slower than the results', async () => {
      const inputs = async function* (): AsyncGenerator<number> {
        for (let i = 0; i < 5; i++) {
          await new Promise(setImmediate);
          yield i;
        }
      };
      const results = [];
      for await (const value of startPool().imap(tasks.square, inputs())) results.push(value);
      expect(results).toEqual([0, 1, 4, 9, 16]);
    });

    test('an input that fails rejects in its turn, and the others go on', async () => {
      for (const chunksize of [1, 3]) {
        const results = startPool().imap(tasks.oddsThrow, upTo(6), { chunksize });
        const outcomes = [];
        for (let i = 0; i < 6; i++) outcomes.push(await outcomeOf(results.next()));
        expect(outcomes).toEqual([
          { done: false, value: 0 },
          new RangeError('odd: 1'),
          { done: false, value: 2 },
          new RangeError('odd: 3'),
          { done: false, value: 4 },
          new RangeError('odd: 5'),
        ]);
        expect(await results.next()).toEqual({ done: true, value: undefined });
      }
    });

    test('what the inputs throw comes in its place', async () => {
      const inputs = function* (): Generator<number> {
        yield 1;
        yield 2;
        throw new RangeError('no more');
      };
      const results = startPool().imap(tasks.square, inputs(), { chunksize: 5 });
      expect(await results.next()).toEqual({ done: false, value: 1 });
      expect(await results.next()).toEqual({ done: false, value: 4 });
      await expect(results.next()).rejects.toThrow('no more');
      expect((await results.next()).done).toBe(true);
    });

    test('leaving the loop ends the inputs, and begins nothing more', async () => {
      const pool = startPool();
      let ended = false;
      const inputs = function* (): Generator<number> {
        try {
          for (let i = 0; ; i++) yield i;
        } finally {
          ended = true;
        }
      };
      for await (const value of pool.imap(tasks.square, inputs())) if (value > 9) break;
      expect(ended).toBe(true);
      await until(() => pool.stats().running === 0);
    });

    test('refuses wrong sizes', () => {
      const pool = startPool();
      expect(() => pool.imap(tasks.square, [], { chunksize: 0 })).toThrow(RangeError);
      expect(() => pool.imap(tasks.square, [], { window: 0 })).toThrow(RangeError);
      expect(() => pool.imap(tasks.square, 5 as never)).toThrow(TypeError);
    });
  });
});
