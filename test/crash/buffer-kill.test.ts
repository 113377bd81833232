import { BufferPool } from '@multiprocess/buffers';
import type { SharedBuffer } from '@multiprocess/buffers';
import { Queue } from '@multiprocess/queue';
import { QueueEmptyError } from '@multiprocess/shared-memory';
import { expect, onTestFinished, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import type { Child } from '../helpers/children.js';
import { patience, times } from '../helpers/effort.js';
import { until } from '../helpers/until.js';

const KILLS = times(500);
const CHUNKS = 16;
const program = new URL('fixtures/use-buffers.mjs', import.meta.url);

test(
  `${KILLS} kills of processes that hold, share, hand over and receive chunks: none is damaged, and all come back`,
  patience(600_000),
  async () => {
    const pool = new BufferPool({ chunkSize: 4096, chunks: CHUNKS });
    const queue = new Queue<SharedBuffer>();
    onTestFinished(() => {
      queue.close();
      pool.close();
    });
    let started = 0;
    const start = async (): Promise<Child> => {
      const child = startChild(program, { args: [pool.handle, queue.handle, String(++started)] });
      await child.line('begins');
      return child;
    };
    const living = await Promise.all([start(), start(), start()]);
    for (let kill = 0; kill < KILLS; kill++) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10)); // at any moment of what it does
      const child = living.splice(kill % living.length, 1)[0]!;
      expect(await child.kill(), child.stderr).toEqual({ code: null, signal: 'SIGKILL' });
      living.push(await start());
    }
    for (const child of living) expect((await child.kill()).signal, child.stderr).toBe('SIGKILL');
    expect(queue.counters.itemsTaken).toBeGreaterThan(KILLS);
    while (!queue.empty) take(queue)?.close();
    await until(() => pool.free === CHUNKS);
    const all = Array.from({ length: CHUNKS }, () => pool.loanSync({ timeout: 0 }));
    expect(new Set(all.map(({ bytes }) => bytes.buffer)).size).toBe(CHUNKS);
    for (const buffer of all) buffer.close();
  },
);

function take(queue: Queue<SharedBuffer>): SharedBuffer | undefined {
  try {
    return queue.getNowait();
  } catch (error) {
    expect(error).toBeInstanceOf(QueueEmptyError);
    return undefined;
  }
}
