import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pool } from 'multiprocess';
import { square } from './tasks.examples.js';

// #region nodeTest
test('squares', async () => {
  const pool = new Pool({ processes: 2 });
  try {
    assert.deepEqual(await pool.map(square, [1, 2, 3]), [1, 4, 9]);
  } finally {
    pool.terminate();
  }
});
// #endregion
