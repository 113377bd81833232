import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Queue } from '@multiprocess/queue';
import { parseHandle } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';

const MIB = 2 ** 20;
/** Together much more than either process may take. */
const COUNT = 16_384;
const BYTES = 2 ** 16;

function bytesInUse(queue: Queue<Uint8Array>): number {
  const file = `s-${parseHandle(queue.handle).reference}`;
  return statSync(join(process.env['MULTIPROCESS_DIR'] ?? '', file)).blocks * 512;
}

describe.each(['sync', 'async'])('a gibibyte in pieces of 64 KiB through an unbounded queue: %s', (form) => {
  test('fills neither the queue nor the consumer, which may keep what it likes', async () => {
    using queue = new Queue<Uint8Array>();
    const program = fileURLToPath(new URL('fixtures/take-large.mjs', import.meta.url));
    const consumer = startChild(program, { args: [queue.handle, String(COUNT), form] });
    await consumer.line('ready');
    const item = new Uint8Array(BYTES);
    let highest = 0;
    for (let i = 0; i < COUNT; i++) {
      item.fill(i);
      if (form === 'sync') queue.putSync(item);
      else await queue.put(item);
      if (i % 64 === 0) highest = Math.max(highest, bytesInUse(queue));
    }
    const [, rss] = /whole, (\d+) MiB/.exec(await consumer.line(/whole|torn/)) ?? [];
    // What it has of the queue is part of what it takes. Without the waits for the consumer the queue takes nearly all; on a machine
    // that is busy a consumer that gets no processor for long makes it grow some.
    expect(highest).toBeLessThan((COUNT * BYTES) / 2);
    expect(Number(rss) * MIB).toBeLessThan((COUNT * BYTES) / 2 + highest);
  });
});
