import { statSync } from 'node:fs';
import { join } from 'node:path';
import { parseHandle } from '@multiprocess/shared-memory';
import { Queue } from '@multiprocess/queue';
import { describe, expect, test } from 'vitest';
import { until } from '../helpers/until.js';

const MIB = 2 ** 20;

/** Bytes of shared memory that the queue takes now. */
function bytesInUse(queue: Queue): number {
  const file = `s-${parseHandle(queue.handle).reference}`;
  return statSync(join(process.env['MULTIPROCESS_DIR'] ?? '', file)).blocks * 512;
}

test('an empty queue takes little', () => {
  using queue = new Queue();
  expect(bytesInUse(queue)).toBeLessThanOrEqual(32 * 1024);
});

test.each([
  { form: 'putSync and getSync', take: (queue: Queue<Uint8Array>) => queue.getSync() },
  { form: 'putSync and getManySync', take: (queue: Queue<Uint8Array>) => queue.getManySync(1)[0]! },
])('a backlog of 64 MiB grows it, and the memory is given back when it is gone: $form', ({ take }) => {
  using queue = new Queue<Uint8Array>();
  for (let i = 0; i < 1024; i++) queue.putSync(new Uint8Array(65_536).fill(i));
  expect(bytesInUse(queue)).toBeGreaterThanOrEqual(64 * MIB);
  expect(queue.size).toBe(1024);
  for (let i = 0; i < 1024; i++) {
    const item = take(queue);
    expect([item.byteLength, item[0], item.at(-1)]).toEqual([65_536, i & 255, i & 255]);
  }
  expect(bytesInUse(queue)).toBeLessThanOrEqual(4 * MIB);
  queue.putSync(new Uint8Array(100).fill(99)); // and it works as before
  expect(take(queue)[5]).toBe(99);
});

test('no put waits for a consumer that has never taken anything', () => {
  using queue = new Queue<Uint8Array>();
  for (let i = 0; i < 256; i++) queue.putSync(new Uint8Array(65_536));
  expect(queue.counters.waits).toBe(0);
  expect(bytesInUse(queue)).toBeGreaterThan(16 * MIB);
});

describe('a consumer that has taken something is given time before the queue grows', () => {
  const item = new Uint8Array(65_536);

  /** Fills a queue until it has grown, and takes one item. */
  function fill(queue: Queue<Uint8Array>): void {
    while (bytesInUse(queue) < 3 * MIB) queue.putSync(item);
    expect(queue.counters.waits).toBe(0);
    queue.getSync();
  }

  /** Puts until the queue has grown. */
  async function grow(queue: Queue<Uint8Array>, put: () => unknown): Promise<void> {
    for (const before = bytesInUse(queue); bytesInUse(queue) < before + MIB;) await put();
  }

  test('by a thread that blocks', async () => {
    using queue = new Queue<Uint8Array>();
    fill(queue);
    await grow(queue, () => {
      queue.putSync(item);
    });
    expect(queue.counters.waits).toBeGreaterThan(0);
  });

  test('not by a put that must not wait', () => {
    using queue = new Queue<Uint8Array>();
    fill(queue);
    while (bytesInUse(queue) < 7 * MIB) queue.putNowait(item);
    expect(queue.size).toBeGreaterThanOrEqual(64);
  });

  test('not by an awaited put without time', async () => {
    using queue = new Queue<Uint8Array>();
    fill(queue);
    while (bytesInUse(queue) < 7 * MIB) await queue.put(item, { timeout: 0 });
    expect(queue.size).toBeGreaterThanOrEqual(64);
  });

  test('by an event loop, which goes on meanwhile', async () => {
    using queue = new Queue<Uint8Array>();
    fill(queue);
    let turns = 0;
    const turn = setInterval(() => turns++, 0);
    await grow(queue, () => queue.put(item));
    clearInterval(turn);
    expect(queue.counters.waits).toBeGreaterThan(0);
    expect(turns).toBeGreaterThan(0);
  });
});

test('a backlog that grows and shrinks many times, with items of all sizes, keeps every byte', () => {
  using queue = new Queue<Uint8Array>({ memory: 16 * MIB });
  let put = 0;
  let got = 0;
  const sizeOf = (i: number) => (i * 7919) % 100_000;
  for (let round = 0; round < 6; round++) {
    for (let i = 0; i < 150; i++, put++) queue.putSync(new Uint8Array(sizeOf(put)).fill(put));
    const keep = round === 5 ? 0 : 20;
    while (put - got > keep) {
      const item = queue.getSync();
      expect(item.byteLength).toBe(sizeOf(got));
      expect(item.every((byte) => byte === (got & 255))).toBe(true);
      got++;
    }
  }
  expect(bytesInUse(queue)).toBeLessThanOrEqual(4 * MIB);
});

test('at the limit of memory put waits, and goes on when there is room', async () => {
  using queue = new Queue<string>({ memory: 2 ** 16 });
  const item = 'x'.repeat(10_000);
  let putItems = 0;
  const putting = (async () => {
    for (; putItems < 50; putItems++) await queue.put(item);
  })();
  await until(() => queue.counters.waits === 1);
  expect(putItems).toBeLessThanOrEqual(6);
  for (let i = 0; i < 50; i++) expect(await queue.get()).toBe(item);
  await putting;
  expect(bytesInUse(queue)).toBeLessThanOrEqual(2 ** 16 + 8192);
});

test('memory is rounded down to a power of two and is part of what a name stands for', () => {
  using queue = new Queue({ name: 'sized', memory: 100_000 });
  using same = new Queue({ name: 'sized', memory: 2 ** 16 });
  expect(() => new Queue({ name: 'sized', memory: 2 ** 17 })).toThrow(expect.objectContaining({ name: 'HandleError' }));
  expect(() => new Queue({ name: 'sized', memory: 2 ** 16, maxsize: 5 })).toThrow(
    expect.objectContaining({ name: 'HandleError' }),
  );
  queue.putSync(1);
  expect(same.getSync()).toBe(1);
});

test('putting and taking for long keeps the memory small', () => {
  using queue = new Queue<Uint8Array>();
  const item = new Uint8Array(3000);
  for (let i = 0; i < 5000; i++) {
    queue.putSync(item);
    queue.getSync();
  }
  expect(bytesInUse(queue)).toBeLessThanOrEqual(32 * 1024);
});
