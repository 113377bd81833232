import { Manager } from '@multiprocess/manager';
import { Process } from '@multiprocess/process';
import {
  BrokenBarrierError,
  NotOwnedError,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
  TimeoutError,
} from '@multiprocess/shared-memory';
import { Event } from '@multiprocess/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../helpers/until.js';
import { failsLater, gates, passBarrier, passesLater } from './fixtures/work.mjs';

let manager: Manager;
beforeAll(async () => {
  manager = await Manager.start();
});
afterAll(() => manager.shutdown());

describe('a lock', () => {
  test('is held by one at a time, served in their order', async () => {
    const lock = manager.lock();
    const order: number[] = [];
    await lock.acquire();
    const waiting = [1, 2, 3].map(async (n) => {
      await lock.acquire();
      order.push(n);
      await lock.release();
    });
    expect([await lock.locked(), await lock.acquire({ timeout: 10 }), await lock.acquire({ block: false })]).toEqual([
      true,
      false,
      false,
    ]);
    await lock.release();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
  });

  test('may be released by any client, but not without a matching acquire()', async () => {
    const lock = manager.lock();
    lock.acquireSync();
    await lock.release();
    await expect(lock.release()).rejects.toThrow(NotOwnedError);
    expect(() => lock.releaseSync()).toThrow(NotOwnedError);
  });

  test('an aborted acquire rejects with the reason, and takes nothing', async () => {
    const lock = manager.lock();
    await lock.acquire();
    const controller = new AbortController();
    const waiting = lock.acquire({ signal: controller.signal });
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await lock.release();
    expect(await lock.acquire({ timeout: 0 })).toBe(true);
    await expect(lock.acquire({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await lock.release();
  });

  test('hold(), run() and sync give it back whatever happens', async () => {
    const lock = manager.lock();
    {
      await using _ = await lock.hold();
      expect(await lock.locked()).toBe(true);
      await expect(lock.hold({ timeout: 5 })).rejects.toThrow(TimeoutError);
    }
    expect(await lock.locked()).toBe(false);
    await expect(lock.run(() => Promise.reject(new Error('inside')))).rejects.toThrow('inside');
    expect(lock.runSync(() => lock.sync.locked())).toBe(true);
    expect(lock.sync.acquire({ timeout: 0 })).toBe(true);
    lock.sync.release();
    expect(await lock.locked()).toBe(false);
  });

  test('misuse throws at once', async () => {
    const lock = manager.lock();
    await expect(lock.acquire({ timeout: NaN })).rejects.toThrow(TypeError);
    expect(() => lock.acquireSync({ timeout: '1' as never })).toThrow(TypeError);
  });
});

describe('an rlock', () => {
  test('is taken again by its owner, and free when released as often', async () => {
    const lock = manager.rlock();
    expect([await lock.acquire(), await lock.acquire()]).toEqual([true, true]);
    await lock.release();
    expect(await lock.locked()).toBe(true);
    await lock.release();
    expect(await lock.locked()).toBe(false);
    await expect(lock.release()).rejects.toThrow(NotOwnedError);
  });

  test('excludes the async contexts of one thread from each other', async () => {
    const lock = manager.rlock();
    let inside = 0;
    let most = 0;
    await Promise.all(
      [1, 2, 3, 4].map(async () => {
        await lock.acquire();
        most = Math.max(most, ++inside);
        await new Promise(setImmediate);
        inside--;
        await lock.release();
      }),
    );
    expect(most).toBe(1);
  });

  test('belongs to the thread where it was taken by a form that blocks', () => {
    const lock = manager.rlock();
    expect([lock.acquireSync(), lock.acquireSync()]).toEqual([true, true]);
    lock.releaseSync();
    lock.releaseSync();
    expect(lock.lockedSync()).toBe(false);
  });
});

test('a semaphore has permits, a bounded one never more than at first', async () => {
  const free = manager.semaphore(1);
  await free.release(2);
  expect([await free.value(), await free.acquire(), await free.value()]).toEqual([3, true, 2]);
  const bounded = manager.boundedSemaphore(2);
  await bounded.acquire();
  await bounded.release();
  await expect(bounded.release()).rejects.toThrow(NotOwnedError);
  expect([
    bounded.valueSync(),
    bounded.sync.acquire(),
    bounded.sync.acquire(),
    bounded.sync.acquire({ timeout: 1 }),
  ]).toEqual([2, true, true, false]);
  expect(() => manager.semaphore(-1)).toThrow(RangeError);
});

test('an event wakes all calls that wait', async () => {
  const event = manager.event();
  const waiting = [event.wait(), event.wait(), event.wait({ timeout: 60_000 })];
  expect([await event.isSet(), await event.wait({ timeout: 5 })]).toEqual([false, false]);
  await event.set();
  expect(await Promise.all(waiting)).toEqual([true, true, true]);
  await event.clear();
  expect(event.sync.isSet()).toBe(false);
});

describe('a condition', () => {
  test('wakes as many as are notified, each with the lock', async () => {
    const condition = manager.condition();
    const done: number[] = [];
    const wait = async (n: number): Promise<void> => {
      await condition.acquire();
      await condition.wait();
      done.push(n);
      await condition.release();
    };
    const waiting = [wait(1), wait(2), wait(3)];
    await condition.run(() => condition.notify());
    await until(() => done.length === 1);
    await condition.run(() => condition.notifyAll());
    await Promise.all(waiting);
    expect(done).toEqual([1, 2, 3]);
  });

  test('has the lock again when the time is over, as often as before', async () => {
    const condition = manager.condition();
    await condition.acquire();
    await condition.acquire();
    expect(await condition.wait({ timeout: 5 })).toBe(false);
    await condition.release();
    expect(await condition.locked()).toBe(true);
    await condition.release();
    expect(await condition.locked()).toBe(false);
  });

  test('waitFor() looks at what its caller looks at', async () => {
    const condition = manager.condition();
    const value = manager.value(0);
    const waiting = condition.run(() => condition.waitFor(async () => (await value.get()) === 3));
    for (let i = 0; i < 3; i++) {
      await condition.run(async () => {
        await value.add(1);
        await condition.notifyAll();
      });
    }
    expect(await waiting).toBe(true);
    expect(await condition.run(() => condition.waitFor(() => false, { timeout: 5 }))).toBe(false);
  });

  test('refuses a caller that does not have the lock', async () => {
    const condition = manager.condition();
    await expect(condition.wait()).rejects.toThrow(NotOwnedError);
    await expect(condition.notify()).rejects.toThrow(NotOwnedError);
    expect(() => condition.notifyAllSync()).toThrow(NotOwnedError);
  });
});

describe('a barrier', () => {
  test('lets its parties go together, after the action', async () => {
    const barrier = manager.barrier(3);
    const results = manager.queue<number>();
    const processes = [1, 2].map(() => new Process({ target: passBarrier, args: [barrier, results] }));
    for (const one of processes) one.start();
    await until(async () => (await barrier.waiting()) === 2);
    const mine = await barrier.wait();
    for (const one of processes) await one.join();
    expect([mine, ...(await results.getMany(2))].sort()).toEqual([0, 1, 2]);
    expect([await barrier.parties(), await barrier.broken(), await barrier.waiting()]).toEqual([3, false, 0]);
  });

  test('runs its action in the server', async () => {
    const barrier = manager.barrier(1, {
      action: () => {
        throw new RangeError('the action failed');
      },
    });
    await expect(barrier.wait()).rejects.toThrow('the action failed');
    expect(await barrier.broken()).toBe(true);
  });

  test.each([
    { end: 'passes', action: passesLater, fails: false },
    { end: 'breaks', action: failsLater, fails: true },
  ])('$end by its action, also for parties that time out or arrive while that runs', async ({ action, fails }) => {
    const [begun, gate] = [new Event({ name: gates.begun }), new Event({ name: gates.end })];
    const barrier = manager.barrier(2, { action });
    const first = barrier.wait({ timeout: 100 });
    const ends = Promise.allSettled([first, barrier.wait()]);
    await begun.wait();
    const late = barrier.wait();
    late.catch(() => undefined);
    // The server's timers fire in order: once this wait is over, so is the time of the first party.
    await manager.event().wait({ timeout: 100 });
    expect([await barrier.broken(), await barrier.waiting()]).toEqual([false, 1]);
    gate.set();
    if (fails) {
      expect(await ends).toMatchObject([
        { reason: { name: 'BrokenBarrierError' } },
        { reason: { name: 'RangeError' } },
      ]);
      await expect(late).rejects.toThrow(BrokenBarrierError);
    } else {
      expect(await ends).toMatchObject([{ value: 1 }, { value: 0 }]);
      await barrier.abort();
    }
    begun.close();
    gate.close();
  });

  test('breaks when the time is over, and is made whole by reset()', async () => {
    const barrier = manager.barrier(2);
    const first = barrier.wait().catch((error: unknown) => error);
    await expect(barrier.wait({ timeout: 0 })).resolves.toBeTypeOf('number');
    await first;
    const broken = manager.barrier(2, { timeout: 5 });
    await expect(broken.wait()).rejects.toThrow(BrokenBarrierError);
    await expect(broken.wait()).rejects.toThrow(BrokenBarrierError);
    await broken.reset();
    expect(await broken.broken()).toBe(false);
  });
});

describe('a queue', () => {
  test('gives each item to one, in order', async () => {
    const queue = manager.queue<number>({ maxsize: 2 });
    await queue.put(1);
    queue.putSync(2);
    expect([await queue.size(), await queue.full(), await queue.empty()]).toEqual([2, true, false]);
    await expect(queue.put(3, { timeout: 5 })).rejects.toThrow(QueueFullError);
    expect(() => queue.putNowaitSync(3)).toThrow(QueueFullError);
    const waiting = queue.put(3);
    expect([await queue.get(), queue.getSync()]).toEqual([1, 2]);
    await waiting;
    expect(await queue.get()).toBe(3);
    await expect(queue.getNowait()).rejects.toThrow(QueueEmptyError);
    await expect(queue.get({ timeout: 5 })).rejects.toThrow(QueueEmptyError);
  });

  test('takes and gives many at once', async () => {
    const queue = manager.queue<number>({ maxsize: 3 });
    const put = queue.putMany([1, 2, 3, 4, 5]);
    expect(await queue.getMany(10)).toEqual([1, 2, 3]);
    await put;
    expect(queue.getManySync(10)).toEqual([4, 5]);
    const failed: unknown = await queue.putMany([1, 2, 3, 4], { timeout: 5 }).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(QueueFullError);
    expect((failed as QueueFullError).itemsPut).toBe(3);
  });

  test('ends its iterations when it is shut down and empty', async () => {
    const queue = manager.queue<number>();
    await queue.putMany([1, 2]);
    await queue.shutdown();
    const seen = [];
    for await (const item of queue) seen.push(item);
    expect(seen).toEqual([1, 2]);
    await expect(queue.put(3)).rejects.toThrow(QueueShutDownError);
    await expect(queue.get()).rejects.toThrow(QueueShutDownError);
  });

  test('an aborted get takes nothing', async () => {
    const queue = manager.queue<number>();
    const controller = new AbortController();
    const waiting = queue.get({ signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await queue.put(1);
    expect(await queue.size()).toBe(1);
  });

  test('that is joinable knows when all is done', async () => {
    const queue = manager.joinableQueue<number>();
    expect(await queue.join()).toBe(true);
    await queue.putMany([1, 2]);
    expect(await queue.join({ timeout: 5 })).toBe(false);
    const joined = queue.join();
    await queue.get();
    await queue.taskDone();
    queue.getSync();
    queue.taskDoneSync();
    expect(await joined).toBe(true);
    await expect(queue.taskDone()).rejects.toThrow(RangeError);
  });
});
