import { Pool } from '@multiprocess/pool';
import type { PoolOptions } from '@multiprocess/pool';
import { SharedMemory, thisThread } from '@multiprocess/shared-memory';
import { beforeAll, onTestFinished } from 'vitest';

// The registry outlives the programs that a test kills, as it does where one of a family lives on.
beforeAll(() => void thisThread());

/** A pool that is gone when the test ends. */
export function startPool(options: PoolOptions = { processes: 2 }): Pool {
  const pool = new Pool(options);
  onTestFinished(async () => {
    pool.terminate();
    await pool.join();
  });
  return pool;
}

/** Words that a test shares with its tasks. */
export function sharedWords(): { memory: SharedMemory; words: Int32Array } {
  const memory = new SharedMemory({ size: 64 });
  onTestFinished(() => memory.close());
  return { memory, words: new Int32Array(memory.buffer) };
}

/** What a promise comes to, be it an error. */
export async function outcomeOf(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await promise;
  } catch (error) {
    return error;
  }
}
