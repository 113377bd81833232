import type { Pool, PoolOptions } from '@multiprocess/pool';
import { ClosedError } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { runtimes } from '../helpers/runtimes.js';
import { until } from '../helpers/until.js';
import * as tasks from './fixtures/tasks.mjs';
import { outcomeOf, sharedWords, startPool as startAny } from './helpers.js';

const inputs = Array.from({ length: 50 }, (_, i) => i);
const squares = inputs.map((x) => x * x);

function* endless(): Generator<number> {
  for (let i = 0; ; i++) yield i;
}

async function allOf(results: AsyncIterable<number>): Promise<number[]> {
  const all = [];
  for await (const value of results) all.push(value);
  return all.sort((a, b) => a - b);
}

/** What the results still are: how many values, and which errors, in their order. */
async function restOf(results: AsyncIterator<unknown>): Promise<{ values: number; errors: unknown[] }> {
  let values = 0;
  const errors: unknown[] = [];
  for (;;) {
    const outcome = await outcomeOf(results.next());
    if (outcome instanceof Error) errors.push(outcome);
    else if ((outcome as IteratorResult<unknown>).done === true) return { values, errors };
    else values++;
  }
}

describe.each(runtimes)('workers of runtime $runtime:', ({ runtime }) => {
  const startPool = (options: PoolOptions = { processes: 2 }): Pool => startAny({ runtime, ...options });

  describe.each(['imap', 'imapUnordered'] as const)('%s of a pool', (imap) => {
    test('that is closed goes on to the end of its inputs', async () => {
      const pool = startPool();
      const results = pool[imap](tasks.square, inputs, { window: 4 });
      pool.close();
      expect(await allOf(results)).toEqual(squares);
      expect(await pool.join()).toBe(true);
    });

    test('that is closed goes on while results are taken slowly, and its workers stay', async () => {
      const pool = startPool();
      const results = pool[imap](tasks.square, inputs, { window: 4 });
      await results.next();
      pool.close();
      await until(() => pool.stats().running === 0);
      expect(pool.stats().workers).toBe(2);
      expect(await allOf(results)).toHaveLength(49);
      await pool.join();
      expect(pool.stats()).toMatchObject({ workers: 0, replaced: 0 });
    });

    test('that is closed and joined first, as in Python, gives all the same', async () => {
      const pool = startPool();
      const results = pool[imap](tasks.square, inputs);
      pool.close();
      expect(await pool.join()).toBe(true);
      expect(pool.stats().workers).toBe(0);
      expect(await allOf(results)).toEqual(squares);
      await until(() => pool.stats().workers === 0);
    });

    test('that is closed and joined has done what was read, and reads no more', async () => {
      const pool = startPool();
      const results = pool[imap](tasks.square, endless(), { window: 4 });
      pool.close();
      expect(await pool.join()).toBe(true);
      expect(pool.stats().completed).toBe(4);
      expect(pool.joinSync()).toBe(true);
      await results.return?.();
    });

    test('that is closed with cancelPending ends with an AbortError', async () => {
      const pool = startPool({ processes: 1 });
      const { memory, words } = sharedWords();
      const results = pool[imap](tasks.hold, [memory, memory, memory, memory], { window: 2 });
      await until(() => Atomics.load(words, 0) === 1);
      pool.close({ cancelPending: true });
      Atomics.store(words, 1, 1);
      const { values, errors } = await restOf(results);
      expect(values).toBe(1);
      expect(errors).toMatchObject([{ name: 'AbortError' }, { name: 'AbortError' }]);
    });

    test('that is terminated ends with a ClosedError, also of endless inputs, which end', async () => {
      let ended = false;
      const pool = startPool();
      const numbers = function* (): Generator<number> {
        try {
          yield* endless();
        } finally {
          ended = true;
        }
      };
      const results = pool[imap](tasks.square, numbers());
      await results.next();
      pool.terminate();
      const { errors } = await restOf(results);
      for (const error of errors) expect(error).toBeInstanceOf(ClosedError);
      expect(errors).not.toHaveLength(0);
      expect(ended).toBe(true);
      expect(await pool.join()).toBe(true);
    });

    test('that is terminated while its inputs are awaited rejects the pending next()', async () => {
      const pool = startPool();
      const never = { next: () => new Promise<never>(() => undefined) };
      const waiting = pool[imap](tasks.square, { [Symbol.asyncIterator]: () => never }).next();
      pool.terminate();
      expect(await outcomeOf(waiting)).toBeInstanceOf(ClosedError);
    });

    test('ends with the reason if the workers do not start', async () => {
      const { memory } = sharedWords();
      const pool = startPool({ processes: 1, initializer: tasks.failToPrepare, initargs: [memory] });
      const { values, errors } = await restOf(pool[imap](tasks.square, endless(), { window: 2 }));
      expect(values).toBe(0);
      for (const error of errors) expect(error).toMatchObject({ message: 'no database' });
    });
  });

  test('imap() reads asynchronous inputs that return thenables', async () => {
    let i = 0;
    const next = () => ({ then: (resolve: (result: unknown) => void) => resolve({ done: i === 3, value: i++ }) });
    const strange = { [Symbol.asyncIterator]: () => ({ next }) } as unknown as AsyncIterable<number>;
    expect(await allOf(startPool().imap(tasks.square, strange))).toEqual([0, 1, 4]);
  });

  test('wrong options and inputs throw at the call', () => {
    const pool = startPool();
    expect(() => pool.imap(tasks.square, inputs, 10 as never)).toThrow(
      'options must be an object like { chunksize: 10 }',
    );
    expect(() => pool.imap(tasks.square, { 0: 1 } as never)).toThrow(
      "inputs must be an iterable, an array for example, received { '0': 1 } (object)",
    );
    expect(() => pool.mapAsync(tasks.square, (async function* () {})() as never)).toThrow(
      /imap\(\) of a Pool takes those/,
    );
    expect(() => pool.close(null as never)).toThrow(
      'options must be an object like { cancelPending: true }, received null',
    );
  });
});
