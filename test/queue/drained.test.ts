import { Manager } from '@multiprocess/manager';
import { Process } from '@multiprocess/process';
import { JoinableQueue, Queue, SimpleQueue } from '@multiprocess/queue';
import { ClosedError } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { times } from '../helpers/effort.js';
import { markKilled } from '../helpers/segment-directory.js';
import { until } from '../helpers/until.js';
import { drainSlowly } from './fixtures/drain-slowly.mjs';

const program = new URL('./fixtures/take-some.mjs', import.meta.url);

describe.each([
  ['Queue', () => new Queue<number>()],
  ['JoinableQueue', () => new JoinableQueue<number>()],
  ['SimpleQueue', () => new SimpleQueue<number>()],
])('%s.drained()', (_class, make) => {
  test('returns at once from an empty queue', async () => {
    using queue = make();
    expect([await queue.drained(), queue.drainedSync(), await queue.drained({ timeout: 0 })]).toEqual([
      true,
      true,
      true,
    ]);
  });

  test('gives up when the time is over, and when the queue is closed here', async () => {
    const queue = make();
    queue.putSync(1);
    expect([await queue.drained({ timeout: 0 }), await queue.drained({ timeout: 5 })]).toEqual([false, false]);
    expect([queue.drainedSync({ timeout: 0 }), queue.drainedSync({ timeout: 5 })]).toEqual([false, false]);
    const waiting = queue.drained();
    queue.close();
    await expect(waiting).rejects.toThrow(ClosedError);
    await expect(queue.drained()).rejects.toThrow(ClosedError);
  });

  test('waits for what was there when it was called, and not for what is put later', async () => {
    using queue = make();
    queue.putSync(1);
    queue.putSync(2);
    const drained = queue.drained().then(() => 'drained');
    queue.putSync(3);
    expect(queue.getSync()).toBe(1);
    expect(await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, 20, 'not yet'))])).toBe('not yet');
    expect(queue.getSync()).toBe(2);
    expect(await drained).toBe('drained');
    expect(queue.empty).toBe(false);
  });
});

test.each(['drained', 'drainedSync'] as const)(
  '%s() of a producer returns when another process has taken all',
  async (form) => {
    for (let i = 0; i < times(10); i++) {
      using queue = new Queue<number>();
      queue.putManySync(Array.from({ length: 100 }, (_, n) => n));
      const consumer = new Process({ target: drainSlowly, args: [queue, 100] });
      consumer.start();
      expect(await queue[form]()).toBe(true);
      expect(queue.size).toBe(0);
      await consumer.join();
    }
  },
);

test('a producer that ends when its items have been taken loses none of them', async () => {
  const name = `drained-${process.pid}`;
  const queue = new Queue<number>({ name });
  queue.putManySync([1, 2, 3]);
  const reader = startChild(program, { args: [name] });
  await reader.line('attached');
  reader.say('2');
  await reader.line('took 2');
  expect(await queue.drained({ timeout: 0 })).toBe(false);
  reader.say('1');
  expect(await queue.drained()).toBe(true);
  queue.close();
  await reader.line('took 1');
  reader.end();
  await reader.exit;
  expect(() => new Queue({ name, create: false })).toThrow(`There is no queue.Queue named "${name}"`);
});

test('the items of a named queue are gone with the last process that has it', () => {
  const name = `forgotten-${process.pid}`;
  const first = new Queue<number>({ name });
  first.putSync(1);
  first.close();
  using second = new Queue<number>({ name });
  expect(second.size).toBe(0);
});

test('a shutdown that throws the items away ends the wait', async () => {
  using queue = new Queue<number>();
  queue.putSync(1);
  const drained = queue.drained();
  queue.shutdown({ immediate: true });
  expect(await drained).toBe(true);
});

test('a consumer that is killed after it has taken the last item does not keep a producer waiting', async () => {
  for (let i = 0; i < times(5); i++) {
    using queue = new Queue<number>();
    queue.putManySync([1, 2, 3]);
    const consumer = new Process({ target: drainSlowly, args: [queue, 3] });
    consumer.start();
    const drained = queue.drained();
    await until(() => queue.size < 3);
    consumer.kill();
    markKilled();
    await consumer.join();
    while (queue.size > 0) await queue.get();
    expect(await drained).toBe(true);
  }
});

test('a queue in a manager is waited for alike', async () => {
  await using manager = await Manager.start();
  const queue = manager.queue<number>();
  expect(await queue.drained()).toBe(true);
  await queue.putMany([1, 2]);
  expect([
    await queue.drained({ timeout: 5 }),
    queue.drainedSync({ timeout: 0 }),
    queue.sync.drained({ timeout: 0 }),
  ]).toEqual([false, false, false]);
  const drained = queue.drained();
  await queue.put(3);
  await queue.getMany(2);
  expect(await drained).toBe(true);
  const again = queue.drained();
  await queue.shutdown({ immediate: true });
  expect(await again).toBe(true);
});
