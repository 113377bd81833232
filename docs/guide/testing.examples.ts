import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Pool, Queue } from 'multiprocess';
import { square } from './tasks.examples.js';

// #region vitest
test('squares', async () => {
  await using pool = new Pool({ processes: 2 });
  expect(await pool.map(square, [1, 2, 3])).toEqual([1, 4, 9]);
});
// #endregion

// #region wait
test('an item arrives', async () => {
  using queue = new Queue<string>();
  void sleep(10).then(() => queue.put('late'));
  expect(await queue.get({ timeout: 5000 })).toBe('late'); // waits for it; no sleep guesses how long
});
// #endregion
