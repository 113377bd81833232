import { MultiprocessError } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { damageAll, damages } from '../helpers/damage.js';
import { square } from './fixtures/tasks.mjs';
import { outcomeOf, startPool } from './helpers.js';

describe.each(damages)('a ring with words that others have written over: $damage', ({ words }) => {
  test.each(['pool.Results', 'pool.Channel'])(
    'of %s: every call ends, with its value or a typed error, and the pool ends in order',
    async (kind) => {
      const pool = startPool();
      if (kind === 'pool.Results') await pool.apply(square, [2]);
      damageAll(kind, words); // a worker's ring has a name until the worker takes it
      const calls = Array.from({ length: 10 }, (_, i) => outcomeOf(pool.apply(square, [i])));
      const outcomes = await Promise.all(calls);
      const blocked = await outcomeOf(Promise.resolve().then(() => pool.applySync(square, [3])));
      for (const [i, outcome] of [...outcomes, blocked].entries()) {
        const value = i < 10 ? i ** 2 : 9;
        if (outcome !== value) expect(outcome).toBeInstanceOf(MultiprocessError);
      }
      pool.terminate();
      expect(await pool.join()).toBe(true);
    },
  );
});

test('a pool with a damaged ring of results rejects with the reason, and joinSync() works', async () => {
  const pool = startPool();
  await pool.apply(square, [2]);
  const call = outcomeOf(pool.apply(square, [3]));
  damageAll('pool.Results', { 16: 2 ** 30, 35: 2 ** 30 });
  expect(await call).toHaveProperty('code', 'ERR_MULTIPROCESS_CORRUPT_SEGMENT');
  expect(await outcomeOf(pool.apply(square, [3]))).toHaveProperty('code', 'ERR_MULTIPROCESS_CORRUPT_SEGMENT');
  pool.close();
  expect(pool.joinSync()).toBe(true);
});
