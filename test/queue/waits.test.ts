import { QueueEmptyError, QueueFullError } from '@multiprocess/shared-memory';
import { Queue } from '@multiprocess/queue';
import { describe, expect, test } from 'vitest';

function fullQueue(): Queue<string> {
  const queue = new Queue<string>({ maxsize: 1 });
  queue.putSync('in the way');
  return queue;
}

describe('timeout', () => {
  test.each([0, -1, -Infinity])('%d is one try', async (timeout) => {
    using full = fullQueue();
    expect(() => full.putSync('x', { timeout })).toThrow(QueueFullError);
    await expect(full.put('x', { timeout })).rejects.toThrow(QueueFullError);
    expect(() => full.putManySync(['x'], { timeout })).toThrow(QueueFullError);
    await expect(full.putMany(['x'], { timeout })).rejects.toThrow(QueueFullError);
    expect(await full.get({ timeout })).toBe('in the way');
    expect(() => full.getSync({ timeout })).toThrow(QueueEmptyError);
    await expect(full.get({ timeout })).rejects.toThrow(QueueEmptyError);
    expect(() => full.getManySync(3, { timeout })).toThrow(QueueEmptyError);
    await expect(full.getMany(3, { timeout })).rejects.toThrow(QueueEmptyError);
    await full.put('y', { timeout });
    expect(full.getSync({ timeout })).toBe('y');
  });

  test.each([1, 30, 150])('%d ms pass before the error', async (timeout) => {
    using full = fullQueue();
    using empty = new Queue();
    const takes = async (call: () => unknown, error: typeof QueueEmptyError | typeof QueueFullError) => {
      const begun = performance.now();
      await expect((async () => call())()).rejects.toThrow(error);
      expect(performance.now() - begun).toBeGreaterThanOrEqual(timeout);
    };
    await takes(() => full.putSync('x', { timeout }), QueueFullError);
    await takes(() => full.put('x', { timeout }), QueueFullError);
    await takes(() => empty.getSync({ timeout }), QueueEmptyError);
    await takes(() => empty.get({ timeout }), QueueEmptyError);
    expect(full.size).toBe(1);
  });

  test.each([undefined, Infinity])('%s is for ever', async (timeout) => {
    using queue = new Queue<number>();
    const got = queue.get({ timeout });
    setTimeout(() => queue.putSync(1), 150);
    expect(await got).toBe(1);
  });

  test.each([NaN, '5', null, {}])('%s is a TypeError, and nothing is put or taken', async (value) => {
    using queue = new Queue<number>();
    queue.putSync(1);
    const options = { timeout: value } as never;
    expect(() => queue.putSync(2, options)).toThrow(TypeError);
    expect(() => queue.getSync(options)).toThrow(TypeError);
    expect(() => queue.putManySync([2], options)).toThrow(TypeError);
    expect(() => queue.getManySync(2, options)).toThrow(TypeError);
    await expect(queue.put(2, options)).rejects.toThrow(TypeError);
    await expect(queue.get(options)).rejects.toThrow(TypeError);
    await expect(queue.putMany([2], options)).rejects.toThrow(TypeError);
    await expect(queue.getMany(2, options)).rejects.toThrow(TypeError);
    expect(queue.size).toBe(1);
  });

  test('putMany() that runs out of time says how many it has put', async () => {
    using queue = new Queue<number>({ maxsize: 3 });
    expect(() => queue.putManySync([1, 2, 3, 4, 5], { timeout: 5 })).toThrow(
      expect.objectContaining({ name: 'QueueFullError', itemsPut: 3 }),
    );
    expect(queue.getManySync(1)).toEqual([1]);
    await expect(queue.putMany([6, 7, 8], { timeout: 5 })).rejects.toMatchObject({ itemsPut: 1 });
    expect(queue.getManySync(9)).toEqual([2, 3, 6]);
  });
});

test('block: false is one try, whatever the timeout; true is the default', async () => {
  using queue = fullQueue();
  const options = { block: false, timeout: Infinity };
  expect(() => queue.putSync('x', options)).toThrow(QueueFullError);
  await expect(queue.put('x', options)).rejects.toThrow(QueueFullError);
  expect(queue.getSync(options)).toBe('in the way');
  expect(() => queue.getSync(options)).toThrow(QueueEmptyError);
  await expect(queue.get(options)).rejects.toThrow(QueueEmptyError);
  expect(() => queue.getSync({ block: true, timeout: 5 })).toThrow(QueueEmptyError);
  expect(() => queue.getSync({ block: 0 as never })).toThrow(TypeError);
});

describe('signal', () => {
  test('aborted before: rejects with the reason, and nothing is put or taken', async () => {
    using queue = new Queue<number>();
    queue.putSync(1);
    const reason = new Error('never mind');
    const signal = AbortSignal.abort(reason);
    await expect(queue.put(2, { signal })).rejects.toBe(reason);
    await expect(queue.get({ signal })).rejects.toBe(reason);
    await expect(queue.putMany([2], { signal })).rejects.toBe(reason);
    await expect(queue.getMany(2, { signal })).rejects.toBe(reason);
    expect(queue.getManySync(9)).toEqual([1]);
  });

  test('aborted while a get waits: takes nothing and swallows no wake', async () => {
    using queue = new Queue<number>();
    for (let round = 0; round < 50; round++) {
      const controller = new AbortController();
      const aborted = queue.get({ signal: controller.signal });
      const next = queue.get();
      queue.putSync(round);
      controller.abort(); // the item is there and the wake is on its way
      const ends = await Promise.allSettled([aborted]);
      if (ends[0].status === 'fulfilled') queue.putSync(round);
      expect(await next).toBe(round);
    }
    expect(queue.size).toBe(0);
  });

  test('aborted while a put waits: puts nothing', async () => {
    using queue = fullQueue();
    const controller = new AbortController();
    const aborted = queue.put('aborted', { signal: controller.signal });
    const next = queue.put('next');
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
    expect(await queue.get()).toBe('in the way');
    await next;
    expect(queue.getManySync(9)).toEqual(['next']);
  });

  test('is a TypeError in forms that block', () => {
    using queue = new Queue<number>();
    const options = { signal: new AbortController().signal } as never;
    expect(() => queue.putSync(1, options)).toThrow(TypeError);
    expect(() => queue.getSync(options)).toThrow(TypeError);
    expect(() => queue.putManySync([1], options)).toThrow(TypeError);
    expect(() => queue.getManySync(1, options)).toThrow(TypeError);
    expect(queue.size).toBe(0);
  });
});
