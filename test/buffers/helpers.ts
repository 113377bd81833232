import { BufferPool } from '@multiprocess/buffers';
import type { BufferPoolOptions } from '@multiprocess/buffers';
import { onTestFinished } from 'vitest';

/** A pool that is closed when the test ends. Default: two chunks of 1000 bytes. */
export function newPool(options: Partial<BufferPoolOptions> = {}): BufferPool {
  const pool = new BufferPool({ chunkSize: 1000, chunks: 2, ...options });
  onTestFinished(() => {
    pool.close();
  });
  return pool;
}
