import { SharedBuffer } from '@multiprocess/buffers';
import { Manager } from '@multiprocess/manager';
import { Pipe } from '@multiprocess/pipe';
import { Pool } from '@multiprocess/pool';
import { JoinableQueue, Queue, SimpleQueue } from '@multiprocess/queue';
import { deserialize, serialize } from '@multiprocess/serialization';
import { ClosedError, HandleError, QueueFullError } from '@multiprocess/shared-memory';
import { describe, expect, onTestFinished, test } from 'vitest';
import { start } from '../process/helpers.js';
import { addedOne, addOne, addOneThere, first, hold, takeAndGive } from './fixtures/targets.mjs';
import { newPool } from './helpers.js';

describe.each(['process', 'thread'] as const)('between %ses', (runtime) => {
  test('through queues: written in place there, and the same memory when it is back', async () => {
    const pool = newPool({ chunks: 3 });
    using there = new Queue<SharedBuffer | null>();
    using back = new Queue<SharedBuffer | null>({ maxsize: 2 });
    const child = start({ target: addOne, args: [there, back], runtime });
    for (let i = 0; i < 50; i++) {
      const buffer = await pool.loan({ byteLength: 1 + i });
      buffer.bytes.fill(i);
      if (i % 3 === 0) await there.put(buffer);
      else if (i % 3 === 1) there.putSync(buffer);
      else there.putManySync([buffer]);
      expect(() => buffer.bytes).toThrow(ClosedError);
      using got = (await back.get())!;
      expect([...got.bytes]).toEqual(new Array(1 + i).fill(i + 1));
    }
    there.putSync(null);
    await child.join();
    expect(pool.free).toBe(3);
  });

  test('through a pipe, in both directions', async () => {
    const pool = newPool();
    const [a, b] = Pipe.duplex();
    const child = start({ target: addOneThere, args: [b], runtime });
    b.close();
    for (let i = 0; i < 20; i++) {
      const buffer = pool.loanSync();
      buffer.bytes[999] = i;
      await a.send(buffer);
      using got = (i % 2 === 0 ? a.recvSync() : await a.recv()) as SharedBuffer;
      expect(got.bytes[999]).toBe(i + 1);
    }
    a.close();
    await child.join();
    expect(pool.free).toBe(2);
  });

  test('as an argument: the child has it, and gives it back when it is killed', async () => {
    const pool = newPool({ chunks: 1 });
    using told = new Queue<string>();
    const buffer = pool.loanSync();
    const child = start({ target: hold, args: [buffer, told], runtime });
    expect(() => buffer.share()).toThrow(ClosedError);
    expect(await told.get()).toBe('holds');
    expect(pool.free).toBe(0);
    const waiting = pool.loan();
    child.kill();
    expect((await waiting).bytes[0]).toBe(7);
  });

  test('many take chunks of one pool: none has what another has', async () => {
    const pool = newPool({ chunkSize: 256, chunks: 3 });
    using queue = new Queue<SharedBuffer | null>();
    const children = [1, 2, 3].map((number) =>
      start({ target: takeAndGive, args: [pool, queue, number, 200], runtime }),
    );
    for (let ended = 0; ended < children.length;) {
      using buffer = await queue.get();
      if (buffer === null) ended++;
      else expect(new Set(buffer.as('i32')).size).toBe(1);
    }
    for (const child of children) {
      await child.join();
      expect(child.exitCode).toBe(0);
    }
    expect(pool.free).toBe(3);
  });
});

describe('to', () => {
  test('a task, which returns it', async () => {
    const pool = newPool();
    const workers = new Pool({ processes: 1 });
    onTestFinished(async () => {
      workers.terminate();
      await workers.join();
    });
    const buffer = pool.loanSync();
    buffer.bytes[0] = 4;
    const got = await workers.apply(addedOne, [buffer]);
    expect(got).toBeInstanceOf(SharedBuffer);
    expect(got.bytes[0]).toBe(5);
    expect(await workers.map(first, [got, pool.loanSync()])).toEqual([5, expect.any(Number)]);
    expect(pool.free).toBe(2);
  });

  test('a manager: the first that gets it has it', async () => {
    const pool = newPool({ chunks: 1 });
    const manager = await Manager.start();
    onTestFinished(() => manager.shutdown());
    const buffer = pool.loanSync();
    buffer.bytes[0] = 9;
    const list = manager.list<SharedBuffer>([buffer]);
    expect(buffer.closed).toBe(true);
    expect(pool.free).toBe(0);
    const got = await list.pop();
    expect(got?.bytes[0]).toBe(9);
    got?.close();
    expect(pool.free).toBe(1);
  });

  test.each([
    ['SimpleQueue', () => new SimpleQueue<SharedBuffer>()],
    ['JoinableQueue', () => new JoinableQueue<SharedBuffer>()],
  ] as const)('a %s', async (_, make) => {
    const pool = newPool({ chunks: 1 });
    using queue = make();
    await queue.put(pool.loanSync());
    using got = await queue.get();
    expect(got.byteLength).toBe(1000);
  });

  test('bytes of serialize(), from which it is made once', () => {
    const pool = newPool({ chunks: 1 });
    const bytes = serialize([pool.loanSync()]);
    const [buffer] = deserialize(bytes) as [SharedBuffer];
    expect(() => deserialize(bytes)).toThrow(HandleError);
    buffer.close();
    expect(pool.free).toBe(1);
  });
});

describe('a message', () => {
  test('carries one buffer at several places as one, and several as several', () => {
    const pool = newPool();
    using queue = new Queue<SharedBuffer[]>();
    const [one, two] = [pool.loanSync(), pool.loanSync()];
    two.bytes[0] = 2;
    queue.putSync([one, two, one, two.share()]);
    const got = queue.getSync();
    expect(got[0]).toBe(got[2]);
    expect(got[1]!.bytes[0]).toBe(2);
    got[1]!.close();
    expect([got[3]!.bytes[0], pool.free]).toEqual([2, 0]);
    for (const buffer of got) buffer.close();
    expect(pool.free).toBe(2);
  });

  test('that cannot be sent leaves its buffers here', async () => {
    const pool = newPool();
    using queue = new Queue<unknown>({ maxsize: 1 });
    queue.putSync(0);
    const buffer = pool.loanSync();
    const { bytes } = buffer;
    expect(() => {
      queue.putNowait(buffer);
    }).toThrow(QueueFullError);
    await expect(queue.put(buffer, { timeout: 1 })).rejects.toThrow(QueueFullError);
    await expect(queue.putMany([buffer], { timeout: 1 })).rejects.toThrow(QueueFullError);
    expect(() => {
      queue.putSync([buffer, Symbol('cannot be carried')]);
    }).toThrow();
    expect(() => {
      queue.putManySync([buffer, Symbol('cannot be carried')]);
    }).toThrow();
    expect(buffer.bytes).toBe(bytes);
    buffer.close();
    expect(pool.free).toBe(2);
  });

  test('that waits for room has its buffers: they cannot be used meanwhile, and are back if it gives up', async () => {
    const pool = newPool();
    using queue = new Queue<unknown>({ maxsize: 1 });
    queue.putSync(0);
    const buffer = pool.loanSync();
    const controller = new AbortController();
    const putting = queue.put(buffer, { signal: controller.signal });
    expect(() => buffer.bytes).toThrow(ClosedError);
    controller.abort();
    await expect(putting).rejects.toThrow();
    expect(buffer.bytes.length).toBe(1000);
  });

  test('refuses a buffer that was handed over or closed before', () => {
    const pool = newPool();
    using queue = new Queue<SharedBuffer>();
    const buffer = pool.loanSync();
    queue.putSync(buffer);
    expect(() => {
      queue.putSync(buffer);
    }).toThrow(/handed over/);
    const got = queue.getSync();
    got.close();
    expect(() => {
      queue.putSync(got);
    }).toThrow(/closed here/);
    expect(queue.empty).toBe(true);
  });
});
