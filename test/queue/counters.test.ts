import { Queue } from '@multiprocess/queue';
import { expect, test } from 'vitest';
import { until } from '../helpers/until.js';

test('a queue counts the items and bytes of all threads, from its beginning', () => {
  using queue = new Queue<string>();
  using same = Queue.attach<string>(queue.handle);
  queue.putSync('one');
  same.putManySync(['two', 'three']);
  same.getSync();
  const { bytesPut, bytesTaken, ...counts } = queue.counters;
  expect(counts).toEqual({ itemsPut: 3, itemsTaken: 1, waits: 0, wakes: 0 });
  expect(bytesPut).toBeGreaterThan(bytesTaken);
  expect(bytesTaken).toBeGreaterThan(0);
  queue.getManySync(2);
  expect(queue.counters).toEqual({ itemsPut: 3, itemsTaken: 3, bytesPut, bytesTaken: bytesPut, waits: 0, wakes: 0 });
});

test('a queue counts the waits and wakes of its own', async () => {
  using queue = new Queue<number>();
  using same = Queue.attach<number>(queue.handle);
  const got = queue.get();
  await until(() => queue.counters.waits === 1);
  same.putSync(1);
  expect(await got).toBe(1);
  expect(queue.counters).toMatchObject({ waits: 1, wakes: 0 });
  expect(same.counters).toMatchObject({ waits: 0, wakes: 1 });
});

test('gets that wait take all that is there in one wake-up', async () => {
  using queue = new Queue<number>();
  using same = Queue.attach<number>(queue.handle);
  const gets = Array.from({ length: 1000 }, () => queue.get());
  await until(() => queue.counters.waits === 1);
  same.putManySync(Array.from({ length: 1000 }, (_, i) => i));
  expect(await Promise.all(gets)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  expect(queue.counters.waits).toBe(1);
});

test('a loop that awaits one after the other takes all that is there in one wake-up', async () => {
  using queue = new Queue<number>();
  using same = Queue.attach<number>(queue.handle);
  const loop = (async () => {
    const items: number[] = [];
    while (items.length < 1000) items.push(await queue.get());
    return items;
  })();
  await until(() => queue.counters.waits === 1);
  same.putManySync(Array.from({ length: 1000 }, (_, i) => i));
  expect(await loop).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  expect(queue.counters.waits).toBe(1);
});
