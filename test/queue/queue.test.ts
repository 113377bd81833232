import {
  ClosedError,
  MultiprocessError,
  OutOfMemoryError,
  QueueEmptyError,
  QueueFullError,
  SerializationError,
} from '@multiprocess/shared-memory';
import { Queue } from '@multiprocess/queue';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';

test('items come out in the order they went in, in every form', async () => {
  using queue = new Queue<number>();
  queue.putSync(0);
  await queue.put(1);
  queue.putNowait(2);
  queue.putManySync([3, 4]);
  await queue.putMany(new Set([5, 6]));
  expect(queue.getSync()).toBe(0);
  expect(await queue.get()).toBe(1);
  expect(queue.getNowait()).toBe(2);
  expect(queue.getManySync(2)).toEqual([3, 4]);
  expect(await queue.getMany(9)).toEqual([5, 6]);
});

test('what is put is a copy, made when it is put', async () => {
  using queue = new Queue<{ list: number[] }>();
  const item = { list: [1] };
  const put = queue.put(item);
  item.list.push(2);
  await put;
  expect(await queue.get()).toEqual({ list: [1] });
});

test('what waits to be put is a copy, too', async () => {
  using queue = new Queue<number[]>({ maxsize: 1 });
  queue.putSync([]);
  const item = [1];
  const put = queue.put(item);
  const many = queue.putMany([item, item]);
  item.push(2);
  const other = queue.put([99]); // uses the encoder's memory again
  for (const expected of [[], [1], [1], [1], [99]]) expect(await queue.get()).toEqual(expected);
  await Promise.all([put, many, other]);
});

test('what waits to be put is a copy, too, where it is large and nothing else is copied', async () => {
  using queue = new Queue<Uint8Array>({ maxsize: 1 });
  const items = [1, 2, 3].map((value) => new Uint8Array(64 * 1024).fill(value));
  const put = queue.put(items[0]!);
  const many = queue.putMany(items);
  for (const item of items) item.fill(9);
  for (const expected of [1, 1, 2, 3]) expect(new Set(await queue.get())).toEqual(new Set([expected]));
  await Promise.all([put, many]);
});

test('carries whatever can be carried, itself included', async () => {
  using queue = new Queue();
  const cyclic: unknown[] = [new Map([['date', new Date(5)]]), 10n, undefined, null, NaN, new Float64Array([1.5])];
  cyclic.push(cyclic);
  queue.putSync(cyclic);
  expect(queue.getSync()).toEqual(cyclic);
  queue.putSync(undefined);
  expect(queue.getSync()).toBe(undefined);
  queue.putSync(queue);
  using same = queue.getSync() as Queue;
  expect(same).toBeInstanceOf(Queue);
  same.putSync('through itself');
  expect(await queue.get()).toBe('through itself');
});

test('an item of a batch that cannot be carried is named by its index', () => {
  using queue = new Queue();
  expect(() => queue.putManySync([1, { of: new WeakMap() }])).toThrow(/^\$\[1\]\.of: a WeakMap/);
  expect(queue.size).toBe(0);
});

test('an item that cannot be carried is a SerializationError in the caller, and nothing is put', async () => {
  using queue = new Queue();
  const bad = { handler: Symbol('no') };
  expect(() => queue.putSync(bad)).toThrow(SerializationError);
  expect(() => queue.putNowait(bad)).toThrow(SerializationError);
  expect(() => queue.putManySync(['fine', bad])).toThrow(SerializationError);
  await expect(queue.put(bad)).rejects.toThrow(SerializationError);
  await expect(queue.putMany(['fine', bad])).rejects.toThrow(SerializationError);
  expect(queue.size).toBe(0);
});

describe('size, empty and full', () => {
  test('agree with each other and with what was put, at once', () => {
    using queue = new Queue<number>({ maxsize: 3 });
    const state = () => [queue.size, queue.empty, queue.full];
    expect(state()).toEqual([0, true, false]);
    queue.putSync(1);
    expect(state()).toEqual([1, false, false]);
    queue.putManySync([2, 3]);
    expect(state()).toEqual([3, false, true]);
    queue.getSync();
    expect(state()).toEqual([2, false, false]);
    queue.getManySync(10);
    expect(state()).toEqual([0, true, false]);
    expect(queue.maxsize).toBe(3);
  });

  test('without maxsize it is never full', () => {
    using queue = new Queue({ memory: 2 ** 14 });
    expect(() => {
      for (;;) queue.putNowait('x'.repeat(1000));
    }).toThrow(QueueFullError);
    expect([queue.maxsize, queue.full]).toEqual([0, false]);
  });

  test('a try to get finds whatever size counts', async () => {
    using queue = new Queue<number>();
    queue.putSync(1);
    expect(await queue.get({ timeout: 0 })).toBe(1);
    queue.putSync(2);
    expect(queue.getSync({ block: false })).toBe(2);
  });
});

describe('maxsize', () => {
  test('makes put wait for a get', async () => {
    using queue = new Queue<string>({ maxsize: 1 });
    queue.putSync('first');
    expect(() => queue.putNowait('second')).toThrow(QueueFullError);
    const put = queue.put('second');
    expect(queue.size).toBe(1);
    expect(await queue.get()).toBe('first');
    await put;
    expect(queue.getSync()).toBe('second');
  });

  test('makes another process block until there is room', async () => {
    using queue = new Queue<number>({ maxsize: 2 });
    const child = startChild(new URL('fixtures/put-numbers.mjs', import.meta.url), { args: [queue.handle, '100'] });
    for (let i = 0; i < 100; i++) {
      expect(queue.size).toBeLessThanOrEqual(2);
      expect(queue.getSync()).toBe(i);
    }
    expect((await child.exit).code).toBe(0);
  });

  test.each([1.5, NaN, Infinity, 2 ** 31])('%s is a RangeError', (maxsize) => {
    expect(() => new Queue({ maxsize })).toThrow(RangeError);
  });
});

describe('an item larger than half of memory', () => {
  test('is an OutOfMemoryError in every form, at once, and nothing is put', async () => {
    using queue = new Queue<string>({ memory: 2 ** 16 });
    const large = 'x'.repeat(2 ** 15);
    expect(() => queue.putSync(large)).toThrow(OutOfMemoryError);
    expect(() => queue.putNowait(large)).toThrow(OutOfMemoryError);
    expect(() => queue.putManySync(['small', large])).toThrow(OutOfMemoryError);
    await expect(queue.put(large)).rejects.toThrow(OutOfMemoryError);
    await expect(queue.putMany(['small', large])).rejects.toThrow(OutOfMemoryError);
    expect(queue.size).toBe(0);
    const largest = 'x'.repeat(2 ** 15 - 64);
    for (let i = 0; i < 20; i++) {
      queue.putSync(largest); // wherever in the ring it falls
      expect(queue.getSync()).toBe(largest);
      queue.putSync('y'.repeat(i * 100));
      queue.getSync();
    }
  });

  test.each([0, 1, 2 ** 14 - 1, 2 ** 30 + 1, NaN, Infinity])('memory: %s is a RangeError', (memory) => {
    expect(() => new Queue({ memory })).toThrow(RangeError);
  });
});

test('after close() everything is a ClosedError, and pending calls reject with one', async () => {
  const queue = new Queue<number>({ maxsize: 1 });
  using other = Queue.attach<number>(queue.handle);
  queue.putSync(1);
  const put = queue.put(2);
  const putMany = queue.putMany([3]);
  queue.close();
  queue.close();
  await expect(put).rejects.toThrow(ClosedError);
  await expect(putMany).rejects.toThrow(ClosedError);
  for (const use of [
    () => queue.putSync(1),
    () => queue.putNowait(1),
    () => queue.putManySync([1]),
    () => queue.getSync(),
    () => queue.getNowait(),
    () => queue.getManySync(1),
    () => queue.size,
    () => queue.empty,
    () => queue.full,
    () => queue.maxsize,
    () => queue.handle,
    () => queue.shutdown(),
  ]) {
    expect(use).toThrow(ClosedError);
  }
  await expect(queue.put(1)).rejects.toThrow(ClosedError);
  await expect(queue.get()).rejects.toThrow(ClosedError);
  await expect(queue.putMany([1])).rejects.toThrow(ClosedError);
  await expect(queue.getMany(1)).rejects.toThrow(ClosedError);
  await expect(queue[Symbol.asyncIterator]().next()).rejects.toThrow(ClosedError);
  expect(other.getSync()).toBe(1);
  const get = other.get();
  other.close();
  await expect(get).rejects.toThrow(ClosedError);
});

test('getMany() takes what is there, up to so many, and waits for the first only', async () => {
  using queue = new Queue<number>();
  const got = queue.getMany(5);
  queue.putManySync([1, 2, 3]);
  expect(await got).toEqual([1, 2, 3]);
  queue.putManySync([4, 5, 6]);
  expect(await queue.getMany(2)).toEqual([4, 5]);
  expect(queue.getManySync(2)).toEqual([6]);
  expect(() => queue.getManySync(2, { timeout: 5 })).toThrow(QueueEmptyError);
});

test.each([0, -1, 1.5, NaN])('getMany(%s) is a RangeError', async (max) => {
  using queue = new Queue();
  expect(() => queue.getManySync(max)).toThrow(RangeError);
  await expect(queue.getMany(max)).rejects.toThrow(RangeError);
});

test('putMany() of nothing puts nothing', async () => {
  using queue = new Queue({ maxsize: 1 });
  queue.putSync(1);
  queue.putManySync([]);
  await queue.putMany([], { timeout: 0 });
  expect(queue.size).toBe(1);
});

test('putMany() of more than there is room for puts them as room comes', async () => {
  using queue = new Queue<number>({ maxsize: 3 });
  const put = queue.putMany(Array.from({ length: 100 }, (_, i) => i));
  const got: number[] = [];
  while (got.length < 100) got.push(...(await queue.getMany(10)));
  await put;
  expect(got).toEqual(Array.from({ length: 100 }, (_, i) => i));
});

test('a batch ends before an item that cannot be made again here, whose error the next call has', async () => {
  using queue = new Queue();
  const gone = new Queue();
  queue.putManySync(['a', 'b', gone, 'c', 'd']);
  gone.close();
  expect(queue.getManySync(10)).toEqual(['a', 'b']);
  await expect(queue.get()).rejects.toThrow(MultiprocessError);
  expect(queue.getManySync(1)).toEqual(['c']);
  expect(await queue.get()).toBe('d');
});

test.each([5, null, undefined, {}])('putMany() of %j, which is no list of items, is a TypeError', async (items) => {
  using queue = new Queue();
  await expect(queue.putMany(items as never)).rejects.toThrow(/items must be an iterable.+received/);
  expect(() => queue.putManySync(items as never)).toThrow(/items must be an iterable.+received/);
  expect(queue.size).toBe(0);
});
