import { BufferPool, SharedBuffer } from '@multiprocess/buffers';
import {
  attach,
  ClosedError,
  CorruptSegmentError,
  HandleError,
  SerializationError,
  TimeoutError,
} from '@multiprocess/shared-memory';
import { Queue } from '@multiprocess/queue';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { wordsOf } from '../helpers/words-of.js';
import { newPool } from './helpers.js';

describe('a pool', () => {
  test('lends as many chunks as it has, each with memory of its own', () => {
    const pool = newPool({ chunks: 3 });
    expect([pool.chunkSize, pool.chunks, pool.free]).toEqual([1000, 3, 3]);
    const lent = [pool.loanSync(), pool.loanSync(), pool.loanSync()];
    lent.forEach((buffer, i) => buffer.bytes.fill(i + 1));
    expect(lent.map(({ bytes }) => new Set(bytes))).toEqual([new Set([1]), new Set([2]), new Set([3])]);
    expect(pool.free).toBe(0);
    expect(pool.tryLoan()).toBeUndefined();
    lent[1]!.close();
    expect(pool.free).toBe(1);
    expect(pool.tryLoan()?.bytes[999]).toBe(2); // what its last holder left
  });

  test('lends less than a chunk, down to nothing', async () => {
    const pool = newPool();
    using few = await pool.loan({ byteLength: 10 });
    expect([few.byteLength, few.bytes.length, few.buffer.length]).toEqual([10, 10, 10]);
    using none = pool.loanSync({ byteLength: 0 });
    expect(none.bytes.length).toBe(0);
    expect(() => pool.tryLoan({ byteLength: 1001 })).toThrow(RangeError);
  });

  test('gives every length anew, whatever a chunk was lent with before', () => {
    const pool = newPool({ chunks: 1 });
    for (const byteLength of [5, 1000, 7, 7, 999]) {
      using buffer = pool.loanSync({ byteLength });
      expect([buffer.bytes.length, buffer.as('u16').length]).toEqual([byteLength, byteLength >> 1]);
    }
  });

  test('is found by its name, with the same chunks', () => {
    const pool = newPool({ name: 'frames' });
    using again = new BufferPool({ chunkSize: 1000, chunks: 2, name: 'frames' });
    using attached = new BufferPool({ name: 'frames', create: false });
    using buffer = pool.loanSync();
    expect([again.free, attached.free, buffer.closed]).toEqual([1, 1, false]);
    expect(() => new BufferPool({ chunkSize: 1001, chunks: 2, name: 'frames' })).toThrow(HandleError);
    expect(() => new BufferPool({ chunkSize: 1000, chunks: 3, name: 'frames' })).toThrow(HandleError);
    expect(() => new BufferPool({ name: 'none', create: false })).toThrow(HandleError);
  });

  test('is found by its handle', () => {
    const pool = newPool();
    using attached = BufferPool.attach(pool.handle);
    using buffer = attached.loanSync();
    expect([pool.free, buffer.byteLength]).toEqual([1, 1000]);
    expect(attach(pool.handle)).toBeInstanceOf(BufferPool);
    expect(() => SharedBuffer.attach(pool.handle)).toThrow(HandleError);
  });

  test('may be closed while its chunks are lent: they stay as they are', async () => {
    const pool = new BufferPool({ chunkSize: 100, chunks: 1 });
    using queue = new Queue<SharedBuffer>();
    const buffer = pool.loanSync();
    pool.close();
    pool.close();
    expect(() => pool.free).toThrow(ClosedError);
    await expect(pool.loan()).rejects.toThrow(ClosedError);
    buffer.bytes[0] = 7;
    queue.putSync(buffer);
    using got = queue.getSync();
    expect(got.bytes[0]).toBe(7);
  });

  test('refuses a size that no pool has, before it takes memory', () => {
    expect(() => new BufferPool({ chunkSize: 2 ** 30, chunks: 4 })).toThrow(/Make several pools/);
  });

  test('is refused without a native part', async () => {
    const child = startChild(new URL('fixtures/without-native.mjs', import.meta.url), {
      env: { MULTIPROCESS_NATIVE: 'off' },
    });
    expect(await child.line(/./)).toBe('ERR_MULTIPROCESS_UNSUPPORTED_PLATFORM');
  });

  test('that another program has written over says so', () => {
    const pool = newPool({ chunks: 1 });
    const words = wordsOf(pool);
    const { handle } = pool;
    const buffer = pool.loanSync();
    words[5184] = 1001; // LENGTH of the first chunk
    expect(() => buffer.share()).toThrow(CorruptSegmentError);
    words[5184] = 1000;
    words[5184 + 16] = 12_345; // its holder
    expect(() => buffer.handle).not.toThrow();
    words[1] = 0;
    pool.close();
    buffer.close();
    expect(() => BufferPool.attach(handle)).toThrow(/is gone|is not a pool/);
  });
});

describe('waiting for a chunk', () => {
  test('ends when one is given back, in the order of the calls', async () => {
    const pool = newPool({ chunks: 1 });
    const first = pool.loanSync();
    const order: number[] = [];
    const waiting = [1, 2, 3].map(async (number) => {
      using buffer = await pool.loan();
      order.push(number);
      expect(buffer.byteLength).toBe(1000);
    });
    first.close();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
  });

  test('ends with a timeout, and takes nothing', async () => {
    const pool = newPool({ chunks: 1 });
    const buffer = pool.loanSync();
    await expect(pool.loan({ timeout: 5 })).rejects.toThrow(TimeoutError);
    await expect(pool.loan({ timeout: 0 })).rejects.toThrow(TimeoutError);
    expect(() => pool.loanSync({ timeout: 5 })).toThrow(TimeoutError);
    expect(() => pool.loanSync({ timeout: 0 })).toThrow(TimeoutError);
    buffer.close();
    expect(pool.free).toBe(1);
  });

  test('ends with its signal, and takes nothing', async () => {
    const pool = newPool({ chunks: 1 });
    const buffer = pool.loanSync();
    const controller = new AbortController();
    const waiting = pool.loan({ signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    buffer.close();
    expect(pool.free).toBe(1);
  });

  test('ends when the pool is closed here', async () => {
    const pool = newPool({ chunks: 1 });
    using buffer = pool.loanSync();
    const waiting = pool.loan();
    pool.close();
    await expect(waiting).rejects.toThrow(ClosedError);
    expect(buffer.closed).toBe(false);
  });
});

describe('a buffer', () => {
  test('has the views of a SharedArray, over the same bytes, made once', () => {
    using buffer = newPool({ chunkSize: 64 }).loanSync();
    buffer.as('f64')[1] = 0.5;
    expect(new DataView(buffer.bytes.buffer, 8, 8).getFloat64(0, true)).toBe(0.5);
    expect(buffer.buffer.readDoubleLE(8)).toBe(0.5);
    const lengths = (['i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64', 'f32', 'f64'] as const).map(
      (type) => buffer.as(type).length,
    );
    expect(lengths).toEqual([64, 64, 32, 32, 16, 16, 8, 8, 16, 8]);
    expect(buffer.as('f32')).toBe(buffer.as('f32'));
    expect(buffer.bytes).toBe(buffer.bytes);
    expect(() => buffer.as('bool' as never)).toThrow(TypeError);
  });

  test('cannot be used once it is closed, and may be closed again', () => {
    const pool = newPool();
    const buffer = pool.loanSync();
    buffer.close();
    buffer.close();
    expect(buffer.closed).toBe(true);
    const uses: (() => unknown)[] = [
      () => buffer.bytes,
      () => buffer.buffer,
      () => buffer.byteLength,
      () => buffer.as('u8'),
      () => buffer.handle,
      () => buffer.share(),
    ];
    for (const use of uses) expect(use).toThrow(ClosedError);
    expect(pool.free).toBe(2);
  });

  test('goes back at the end of a using block', () => {
    const pool = newPool();
    {
      using buffer = pool.loanSync();
      expect([pool.free, buffer.byteLength]).toEqual([1, 1000]);
    }
    expect(pool.free).toBe(2);
  });

  test('is shared by several, and free when the last of them is closed', () => {
    const pool = newPool({ chunks: 1 });
    const first = pool.loanSync({ byteLength: 10 });
    const second = first.share();
    const third = second.share();
    first.bytes[0] = 7;
    first.close();
    expect([second.bytes[0], third.byteLength, pool.free]).toEqual([7, 10, 0]);
    third.close();
    expect(pool.tryLoan()).toBeUndefined();
    second.close();
    expect(pool.free).toBe(1);
  });

  test('is shared by sixteen at most', () => {
    const pool = newPool();
    const buffer = pool.loanSync();
    const shares = Array.from({ length: 15 }, () => buffer.share());
    expect(() => buffer.share()).toThrow(HandleError);
    shares.pop()!.close();
    expect(buffer.share().byteLength).toBe(1000);
  });

  test('is attached to by its handle once, beside it', () => {
    const pool = newPool({ chunks: 1 });
    const buffer = pool.loanSync();
    const { handle } = buffer;
    expect(buffer.handle).toBe(handle);
    const other = SharedBuffer.attach(handle);
    expect(() => SharedBuffer.attach(handle)).toThrow(HandleError);
    expect(buffer.handle).not.toBe(handle);
    buffer.bytes[0] = 3;
    buffer.close(); // with its second handle
    expect(other.bytes[0]).toBe(3);
    other.close();
    expect(pool.free).toBe(1);
  });

  test.each([
    'multiprocess:buffers.SharedBuffer:x',
    'multiprocess:buffers.SharedBuffer:x/1',
    'multiprocess:buffers.SharedBuffer:x/-1/1',
    'multiprocess:buffers.SharedBuffer:x/1/',
    'multiprocess:buffers.SharedBuffer:x/1/1',
    'multiprocess:sync.Lock:x',
  ])('is not made of the handle %s', (handle) => {
    expect(() => SharedBuffer.attach(handle)).toThrow(HandleError);
  });

  test('is not made of a handle with a guessed ticket or place', () => {
    const pool = newPool();
    using buffer = pool.loanSync();
    const { handle } = buffer;
    const [, begin = '', seat, ticket] = /^(.*\/)(\d+)\/(\d+)$/.exec(handle) ?? [];
    for (const guess of [`${seat}/${Number(ticket) + 1}`, `${seat}/0`, `0/${ticket}`, `32/1`, `4294967296/1`]) {
      expect(() => SharedBuffer.attach(begin + guess)).toThrow(HandleError);
    }
    expect(SharedBuffer.attach(handle).byteLength).toBe(1000);
  });

  test('whose bytes are put in a message is refused: the buffer itself can be sent', () => {
    using buffer = newPool().loanSync();
    using queue = new Queue();
    expect(() => queue.putSync(buffer.bytes)).toThrow(/SharedBuffer/);
    expect(() => queue.putSync(buffer.bytes)).toThrow(SerializationError);
    queue.putSync(buffer.bytes.slice(0, 2)); // a copy
    expect(queue.getSync()).toEqual(new Uint8Array(2));
  });
});
