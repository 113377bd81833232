import { QueueShutDownError } from '@multiprocess/shared-memory';
import { Queue } from '@multiprocess/queue';
import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import type { Child } from '../helpers/children.js';

const inQueue = (queue: Queue<never>, what: string): Child =>
  startChild(new URL('fixtures/wait-in-queue.mjs', import.meta.url), { args: [queue.handle, what] });

test('puts are refused, gets take what is left and are refused then', async () => {
  using queue = new Queue<number>();
  queue.putManySync([1, 2, 3, 4]);
  queue.shutdown();
  queue.shutdown();
  expect(() => queue.putSync(5)).toThrow(QueueShutDownError);
  expect(() => queue.putNowait(5)).toThrow(QueueShutDownError);
  expect(() => queue.putManySync([5])).toThrow(QueueShutDownError);
  await expect(queue.put(5)).rejects.toThrow(QueueShutDownError);
  await expect(queue.putMany([5])).rejects.toThrow(QueueShutDownError);
  expect(queue.size).toBe(4);
  expect(queue.getSync()).toBe(1);
  expect(await queue.get()).toBe(2);
  expect(queue.getManySync(9)).toEqual([3, 4]);
  expect(() => queue.getSync()).toThrow(QueueShutDownError);
  expect(() => queue.getNowait()).toThrow(QueueShutDownError);
  expect(() => queue.getManySync(1)).toThrow(QueueShutDownError);
  await expect(queue.get()).rejects.toThrow(QueueShutDownError);
  await expect(queue.getMany(1, { timeout: 0 })).rejects.toThrow(QueueShutDownError);
  expect([queue.size, queue.empty]).toEqual([0, true]);
});

test('iteration goes on to the end and ends', async () => {
  using queue = new Queue<number>();
  const got: number[] = [];
  const iteration = (async () => {
    for await (const item of queue) got.push(item);
  })();
  await queue.putMany([1, 2]);
  await queue.put(3);
  queue.shutdown();
  await iteration;
  expect(got).toEqual([1, 2, 3]);
});

test('several iterations share the items and all end', async () => {
  using queue = new Queue<number>();
  const got: number[] = [];
  const iterations = Array.from({ length: 5 }, async () => {
    for await (const item of queue) got.push(item);
  });
  for (let i = 0; i < 100; i++) await queue.put(i);
  queue.shutdown();
  await Promise.all(iterations);
  expect(got.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
});

test('immediate throws away what is in it', async () => {
  using queue = new Queue<number>();
  queue.putManySync([1, 2, 3]);
  queue.shutdown({ immediate: true });
  expect(queue.size).toBe(0);
  await expect(queue.get()).rejects.toThrow(QueueShutDownError);
  queue.shutdown({ immediate: true });
});

test('immediate may follow a shutdown that was not', () => {
  using queue = new Queue<number>();
  queue.putManySync([1, 2, 3]);
  queue.shutdown();
  queue.shutdown({ immediate: true });
  expect(() => queue.getSync()).toThrow(QueueShutDownError);
});

test.each([false, true])('all calls that wait to get are woken, immediate: %s', async (immediate) => {
  using queue = new Queue<never>();
  const children = ['getSync', 'get', 'getManySync', 'getMany', 'iteration'].map((what) => inQueue(queue, what));
  for (const child of children) await child.line('waits');
  const here = [queue.get(), queue.get()];
  queue.shutdown({ immediate });
  for (const get of here) await expect(get).rejects.toThrow(QueueShutDownError);
  for (const child of children)
    expect(await child.line(/^ended/), child.stderr).toMatch(/^ended (QueueShutDownError|without error)$/);
});

test.each([false, true])('all calls that wait to put are woken, immediate: %s', async (immediate) => {
  using queue = new Queue<never>({ maxsize: 1 });
  queue.putSync(0 as never);
  const children = ['putSync', 'put', 'putManySync', 'putMany'].map((what) => inQueue(queue, what));
  for (const child of children) await child.line('waits');
  const here = queue.put(1 as never);
  queue.shutdown({ immediate });
  await expect(here).rejects.toThrow(QueueShutDownError);
  for (const child of children) expect(await child.line(/^ended/), child.stderr).toBe('ended QueueShutDownError');
  expect(queue.size).toBe(immediate ? 0 : 1);
});

test('another process may shut it down', async () => {
  using queue = new Queue<never>();
  const get = queue.get();
  const child = inQueue(queue, 'shutdown');
  await expect(get).rejects.toThrow(QueueShutDownError);
  expect((await child.exit).code).toBe(0);
});

test.each([5, 'yes', null])('immediate: %s is a TypeError and shuts nothing down', (immediate) => {
  using queue = new Queue<number>();
  expect(() => queue.shutdown({ immediate } as never)).toThrow(TypeError);
  queue.putSync(1);
});
