import { attach } from '@multiprocess/shared-memory';
import { JoinableQueue, Queue } from '@multiprocess/queue';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import type { Child } from '../helpers/children.js';

const working = (queue: JoinableQueue<number>, what: string): Child =>
  startChild(new URL('fixtures/work.mjs', import.meta.url), { args: [queue.handle, what] });

test('is a queue, and arrives as what it is', () => {
  using queue = new JoinableQueue<number>({ maxsize: 3 });
  expect(queue).toBeInstanceOf(Queue);
  queue.putManySync([1, 2]);
  using same = attach(queue.handle) as JoinableQueue<number>;
  expect(same).toBeInstanceOf(JoinableQueue);
  expect([same.size, same.maxsize, same.unfinished]).toEqual([2, 3, 2]);
  expect(() => Queue.attach(queue.handle)).toThrow(expect.objectContaining({ name: 'HandleError' }) as Error);
  using other = JoinableQueue.attach<number>(queue.handle);
  expect(other.getSync()).toBe(1);
});

test('an item is unfinished from put() to taskDone(), not to get()', async () => {
  using queue = new JoinableQueue<number>();
  expect([queue.unfinished, await queue.join(), queue.joinSync()]).toEqual([0, true, true]);
  queue.putManySync([1, 2]);
  await queue.put(3);
  expect([queue.unfinished, queue.size]).toEqual([3, 3]);
  queue.getManySync(3);
  expect([queue.unfinished, queue.size]).toEqual([3, 0]);
  expect([await queue.join({ timeout: 0 }), queue.joinSync({ timeout: 0 })]).toEqual([false, false]);
  for (let i = 0; i < 3; i++) queue.taskDone();
  expect([queue.unfinished, await queue.join({ timeout: 0 }), queue.joinSync({ timeout: 0 })]).toEqual([0, true, true]);
});

test('taskDone() called more often than items were put is a RangeError and changes nothing', () => {
  using queue = new JoinableQueue<number>();
  expect(() => queue.taskDone()).toThrow(RangeError);
  queue.putSync(1);
  queue.taskDone(); // as in Python, the item need not have been taken
  expect(() => queue.taskDone()).toThrow(RangeError);
  queue.putSync(2);
  expect(queue.unfinished).toBe(1);
});

describe('join()', () => {
  test('resolves when the last item is done, in the order of the calls', async () => {
    using queue = new JoinableQueue<number>();
    queue.putManySync([1, 2]);
    const order: string[] = [];
    const joins = ['first', 'second'].map((name) => queue.join().then(() => order.push(name)));
    queue.taskDone();
    expect(await queue.join({ timeout: 20 })).toBe(false);
    queue.taskDone();
    await Promise.all(joins);
    expect(order).toEqual(['first', 'second']);
  });

  test('waits for what another process does', async () => {
    using queue = new JoinableQueue<number>();
    const child = working(queue, 'get and taskDone');
    for (let i = 0; i < 100; i++) queue.putSync(i);
    expect(await queue.join()).toBe(true);
    expect([queue.unfinished, queue.size]).toEqual([0, 0]);
    for (let i = 0; i < 100; i++) queue.putSync(i);
    expect(queue.joinSync()).toBe(true);
    queue.shutdown();
    expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
  });

  test.each(['join', 'joinSync'])('in another process is woken: %s', async (what) => {
    using queue = new JoinableQueue<number>();
    queue.putSync(1);
    const child = working(queue, what);
    await child.line('waits');
    queue.taskDone();
    await child.line('joined true');
  });

  test('can be given up by time and by signal', async () => {
    using queue = new JoinableQueue<number>();
    queue.putSync(1);
    expect(queue.joinSync({ timeout: 30 })).toBe(false);
    expect(await queue.join({ timeout: 30 })).toBe(false);
    const abort = new AbortController();
    const joined = queue.join({ signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(joined).rejects.toThrow('enough');
  });

  test('after close() throws, as do those that are pending', async () => {
    const queue = new JoinableQueue<number>();
    queue.putSync(1);
    const joined = queue.join();
    queue.close();
    await expect(joined).rejects.toThrow(expect.objectContaining({ name: 'ClosedError' }) as Error);
    await expect(queue.join()).rejects.toThrow(expect.objectContaining({ name: 'ClosedError' }) as Error);
    expect(() => queue.joinSync()).toThrow(expect.objectContaining({ name: 'ClosedError' }) as Error);
    expect(() => queue.taskDone()).toThrow(expect.objectContaining({ name: 'ClosedError' }) as Error);
  });
});

describe('shutdown()', () => {
  test('leaves what is in the queue to be done', async () => {
    using queue = new JoinableQueue<number>();
    queue.putManySync([1, 2]);
    queue.shutdown();
    expect(await queue.join({ timeout: 10 })).toBe(false);
    for (let i = 0; i < 2; i++) {
      queue.getSync();
      queue.taskDone();
    }
    expect(await queue.join()).toBe(true);
  });

  test('at once takes what it throws away off the unfinished, and nothing else', async () => {
    using queue = new JoinableQueue<number>();
    queue.putManySync([1, 2, 3]);
    queue.getSync();
    const joined = queue.join();
    queue.shutdown({ immediate: true });
    expect(queue.unfinished).toBe(1);
    queue.taskDone();
    expect(await joined).toBe(true);
    expect(() => queue.taskDone()).toThrow(RangeError);
  });

  test('at once wakes calls in another process that wait for what it throws away', async () => {
    using queue = new JoinableQueue<number>();
    queue.putManySync([1, 2, 3]);
    const child = working(queue, 'joinSync');
    await child.line('waits');
    queue.shutdown({ immediate: true });
    await child.line('joined true');
  });
});
