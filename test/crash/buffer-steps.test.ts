import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { BufferPool } from '@multiprocess/buffers';
import type { SharedBuffer } from '@multiprocess/buffers';
import { Queue } from '@multiprocess/queue';
import { QueueEmptyError } from '@multiprocess/shared-memory';
import { expect, test, vi } from 'vitest';
import { until } from '../helpers/until.js';

vi.setConfig({ testTimeout: 240_000 }); // a watchdog: each of these starts some hundred threads, one after the other

const CHUNKS = 4;
const fixture = new URL('fixtures/die-with-buffer.mjs', import.meta.url);

/** Takes all that is in the queue: each buffer is there as it was put. */
function drain(queue: Queue<SharedBuffer>): number {
  for (let count = 0; ; count++) {
    try {
      using buffer = queue.getNowait();
      expect(buffer.byteLength).toBe(64);
    } catch (error) {
      expect(error).toBeInstanceOf(QueueEmptyError);
      return count;
    }
  }
}

test.each([
  { action: 'loan', most: 0, died: 5 },
  { action: 'loanAndClose', most: 0, died: 6 },
  { action: 'share', most: 0, died: 10 },
  { action: 'handle', most: 0, died: 10 },
  { action: 'put', most: 1, died: 20 },
  { action: 'putMany', most: 2, died: 25 },
  { action: 'get', most: 1, died: 8, inQueue: 1 },
  { action: 'getAndClose', most: 1, died: 10, inQueue: 1 },
  { action: 'getAndPut', most: 1, died: 20, inQueue: 1 },
  { action: 'search', most: 1, died: 20, inQueue: 1 },
])('all chunks come back from a thread that dies at any step of $action', async (one) => {
  const { action, most, died, inQueue = 0 } = one;
  const examined: Promise<unknown>[] = [];
  for (let step = 1, lived = false; !lived; step++) {
    const pool = new BufferPool({ chunkSize: 64, chunks: CHUNKS });
    const queue = new Queue<SharedBuffer>();
    for (let i = 0; i < inQueue; i++) queue.putSync(pool.loanSync());
    const worker = new Worker(fixture, {
      workerData: [pool.handle, queue.handle, action, String(step)],
      execArgv: [],
    });
    const [code] = (await once(worker, 'exit')) as [number]; // rejects if it fails
    lived = code === 0;
    if (lived) expect(step).toBeGreaterThan(died);
    expect(drain(queue), `after death before step ${step}`).toBeLessThanOrEqual(most);
    // What it took out of the queue, and did not have yet, is waited for for five seconds: all of them at the same time.
    examined.push(
      until(() => pool.free === CHUNKS).then(() => {
        expect(pool.loanSync().byteLength).toBe(64);
        queue.close();
        pool.close();
      }),
    );
  }
  await Promise.all(examined);
});

test('a caller that waits for a chunk gets that of a thread that dies at any step of giving it back', async () => {
  for (let step = 1, lived = false; !lived; step++) {
    using pool = new BufferPool({ chunkSize: 64, chunks: 1 });
    using queue = new Queue<SharedBuffer>();
    queue.putSync(pool.loanSync());
    const waiting = pool.loan();
    const worker = new Worker(fixture, {
      workerData: [pool.handle, queue.handle, 'getAndClose', String(step)],
      execArgv: [],
    });
    const [code] = (await once(worker, 'exit')) as [number];
    lived = code === 0;
    drain(queue);
    if (step % 8 === 0 || lived) expect((await waiting).byteLength).toBe(64);
    else pool.close(); // not all of them, since some last for five seconds
    await waiting.catch(() => undefined);
  }
});
