import { AsyncResource } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { setTimeout as delay, setImmediate as immediate, setInterval as ticks } from 'node:timers/promises';
import { DeadlockError, NotOwnedError, TimeoutError } from '@multiprocess/shared-memory';
import { RLock } from '@multiprocess/sync';
import { describe, expect, test } from 'vitest';
import { end, forms, inForm, places, User } from './use.js';

describe('a thread that took it', () => {
  test('takes it again, whatever the form, and has to release it as often', () => {
    using lock = new RLock();
    expect(lock.acquireSync()).toBe(true);
    expect(lock.tryAcquire()).toBe(true);
    expect(lock.acquireSync({ block: false })).toBe(true);
    expect(lock.acquireSync({ timeout: 5 })).toBe(true);
    for (let left = 3; left > 0; left--) {
      lock.release();
      expect(lock.locked).toBe(true);
    }
    lock.release();
    expect(lock.locked).toBe(false);
  });

  test('takes it again through another object, and in what it awaits or calls later', async () => {
    using lock = new RLock();
    using same = RLock.attach(lock.handle);
    lock.acquireSync();
    expect(same.tryAcquire()).toBe(true);
    expect(await same.acquire()).toBe(true);
    await immediate();
    expect(lock.acquireSync()).toBe(true);
    for (let i = 0; i < 4; i++) same.release();
    expect(lock.locked).toBe(false);
  });

  test('can nest a hundred thousand times', () => {
    using lock = new RLock();
    for (let i = 0; i < 100_000; i++) lock.acquireSync();
    for (let i = 0; i < 100_000; i++) lock.release();
    expect(lock.locked).toBe(false);
  });
});

describe('release() is a NotOwnedError and changes nothing', () => {
  test('when it is not held', () => {
    using lock = new RLock();
    expect(() => lock.release()).toThrow(NotOwnedError);
    lock.acquireSync();
    lock.release();
    expect(() => lock.release()).toThrow(NotOwnedError);
    expect(lock.tryAcquire()).toBe(true);
  });

  test.each(places)('when a thread of another %s holds it', async (where) => {
    using lock = new RLock();
    const other = new User(lock, where);
    expect(await other.call('acquireSync')).toBe('true');
    expect(() => lock.release()).toThrow(NotOwnedError);
    expect(lock.tryAcquire()).toBe(false);
    expect(lock.acquireSync({ timeout: 5 })).toBe(false);
    expect(await lock.acquire({ timeout: 5 })).toBe(false);
    expect(await other.call('release')).toBe('done');
    expect(lock.tryAcquire()).toBe(true);
    expect(await other.call('release')).toMatch(/^NotOwnedError/);
    expect(lock.locked).toBe(true);
  });

  test('when another async context of this thread holds it', async () => {
    using lock = new RLock();
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const stranger = (async () => {
      await gate;
      lock.release();
    })();
    await lock.acquire();
    open();
    await expect(stranger).rejects.toThrow(NotOwnedError);
    expect(lock.locked).toBe(true);
    lock.release();
    expect(lock.locked).toBe(false);
  });
});

test.each(places)('while another %s has it, every form that does not wait for ever gives false', async (where) => {
  using lock = new RLock();
  const other = new User(lock, where);
  await other.call('acquireSync');
  for (const options of [{ timeout: 0 }, { timeout: -1 }, { timeout: 30 }, { block: false, timeout: 1e9 }]) {
    expect(lock.acquireSync(options)).toBe(false);
    expect(await lock.acquire(options)).toBe(false);
  }
  expect(lock.tryAcquire()).toBe(false);
  const waiting = lock.acquire({ timeout: Infinity });
  await other.call('release');
  expect(await waiting).toBe(true);
});

describe('an async context that took it', () => {
  test('takes it again, in any form, and has to release it as often', async () => {
    using lock = new RLock();
    expect(await lock.acquire()).toBe(true);
    expect(await lock.acquire()).toBe(true);
    expect(lock.tryAcquire()).toBe(true);
    expect(lock.acquireSync()).toBe(true);
    expect(await lock.acquire({ timeout: 0 })).toBe(true);
    for (let left = 4; left > 0; left--) {
      lock.release();
      expect(lock.locked).toBe(true);
    }
    lock.release();
    expect(lock.locked).toBe(false);
  });

  test('takes it again in what it calls, awaits and starts, however deep', async () => {
    using lock = new RLock();
    const nested = async (depth: number): Promise<void> => {
      await immediate();
      await lock.acquire();
      try {
        if (depth > 0) await Promise.all([nested(depth - 1), nested(depth - 1)]);
        await delay(1);
      } finally {
        lock.release();
      }
    };
    await lock.run(() => nested(4));
    expect(lock.locked).toBe(false);
  });

  test('takes it again in callbacks: timers, events, bound functions', async () => {
    using lock = new RLock();
    await lock.acquire();
    const resource = new AsyncResource('test');
    const emitter = new EventEmitter();
    const results: boolean[] = [];
    const take = () => void results.push(lock.tryAcquire());
    emitter.on('take', take);
    emitter.emit('take');
    resource.runInAsyncScope(take);
    const takeIn = (schedule: (callback: () => void) => void) =>
      new Promise<void>((resolve) => {
        schedule(() => {
          take();
          resolve();
        });
      });
    await takeIn((callback) => setTimeout(callback, 1));
    await takeIn((callback) => {
      process.nextTick(callback);
    });
    expect(results).toEqual([true, true, true, true]);
    for (let i = 0; i < 5; i++) lock.release();
    expect(lock.locked).toBe(false);
  });

  const startTasks = {
    'side by side': (task: () => Promise<void>) => Promise.all([task(), task(), task()]),
    'one after the other, from a loop that awaits in between': async (task: () => Promise<void>) => {
      const running: Promise<void>[] = [];
      for await (const _ of ticks(1)) {
        running.push(task());
        if (running.length === 3) break;
      }
      return Promise.all(running);
    },
    'from a timer that goes off again': (task: () => Promise<void>) =>
      new Promise((resolve) => {
        const running: Promise<void>[] = [];
        const timer = setInterval(() => {
          running.push(task());
          if (running.length < 3) return;
          clearInterval(timer);
          resolve(Promise.all(running));
        }, 1);
      }),
    'from events': async (task: () => Promise<void>) => {
      const emitter = new EventEmitter();
      const running: Promise<void>[] = [];
      emitter.on('go', () => void running.push(task()));
      for (let i = 0; i < 3; i++) emitter.emit('go');
      await immediate();
      return Promise.all(running);
    },
  };

  describe.each(Object.entries(startTasks))('excludes other tasks of its thread, started %s', (_, start) => {
    test.each(['acquire', 'hold', 'run'])('by %s()', async (method) => {
      using lock = new RLock();
      let inside = 0;
      const work = async () => {
        expect(++inside).toBe(1);
        await delay(3);
        await lock.run(() => immediate()); // takes it again
        expect(inside--).toBe(1);
      };
      const task = async () => {
        if (method === 'run') return lock.run(work);
        if (method === 'hold') {
          using guard = await lock.hold();
          expect(guard).toBeDefined();
          await work();
          return;
        }
        await lock.acquire();
        try {
          await work();
        } finally {
          lock.release();
        }
      };
      await start(task);
      expect(inside).toBe(0);
      expect(lock.locked).toBe(false);
    });
  });

  test('may be released where a helper acquired for it, or several were awaited together', async () => {
    using lock = new RLock();
    using second = new RLock();
    const enter = async () => {
      await lock.acquire();
    };
    await enter();
    lock.release();
    await Promise.all([lock.acquire(), second.acquire()]);
    lock.release();
    second.release();
    expect([lock.locked, second.locked]).toEqual([false, false]);
  });

  test('passes it on with the guard of hold(), which any code of the thread may release, once', async () => {
    using lock = new RLock();
    const enter = async () => {
      await delay(1);
      return lock.hold();
    };
    const guard = await enter();
    guard.release();
    expect(lock.locked).toBe(false);
    lock.acquireSync();
    guard.release();
    expect(lock.locked).toBe(true);
  });

  test('owns nothing after a failed acquire', async () => {
    using lock = new RLock();
    const other = new User(lock);
    await other.call('acquireSync');
    expect(await lock.acquire({ timeout: 5 })).toBe(false);
    await expect(lock.hold({ timeout: 5 })).rejects.toThrow(TimeoutError);
    await expect(lock.acquire({ signal: AbortSignal.timeout(5) })).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(lock.acquire({ timeout: NaN })).rejects.toThrow(TypeError);
    expect(() => lock.release()).toThrow(NotOwnedError);
    await other.call('release');
    expect(await lock.acquire()).toBe(true);
    lock.release();
  });

  test('is served after those of its thread that came before', async () => {
    using lock = new RLock();
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        lock.run(async () => {
          order.push(i);
          await immediate();
        }),
      ),
    );
    expect(order).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });
});

describe('a thread whose other async context holds it', () => {
  /** Holds the lock in a context of its own until it is told to let go. */
  async function heldElsewhere(lock: RLock): Promise<() => Promise<void>> {
    let letGo = (): void => undefined;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    let running: Promise<void> | undefined;
    await new Promise<void>((resolve) => {
      running = lock.run(() => (resolve(), gate));
    });
    return async () => {
      letGo();
      await running;
    };
  }

  test('gets a DeadlockError from acquireSync() without a timeout', async () => {
    using lock = new RLock();
    const letGo = await heldElsewhere(lock);
    expect(() => lock.acquireSync()).toThrow(DeadlockError);
    expect(() => lock.holdSync()).toThrow(DeadlockError);
    await letGo();
    expect(lock.acquireSync()).toBe(true);
  });

  test('gets false from forms that do not wait for ever', async () => {
    using lock = new RLock();
    const letGo = await heldElsewhere(lock);
    expect(lock.tryAcquire()).toBe(false);
    expect(lock.acquireSync({ timeout: 5 })).toBe(false);
    expect(await lock.acquire({ timeout: 5 })).toBe(false);
    await letGo();
  });
});

describe.each(forms)('a waiter (%s)', (form) => {
  const acquire = inForm('acquire', form);

  test.each(places)('has it when the holder, in a %s, has released it as often as it took it', async (where) => {
    using lock = new RLock();
    lock.acquireSync();
    lock.acquireSync();
    const other = new User(lock, where);
    await other.wait(acquire);
    lock.release();
    expect(lock.locked).toBe(true);
    lock.release();
    expect(await other.result(acquire)).toBe('true');
  });

  test.each(places)(
    'takes it over, once, when the holder in a %s ends, however often it had taken it',
    async (where) => {
      using lock = new RLock();
      const holder = new User(lock, where);
      await holder.call('acquireSync');
      await holder.call('acquireSync');
      const waiter = new User(lock);
      await waiter.wait(acquire);
      await end(holder, where);
      expect(await waiter.result(acquire)).toBe('true');
      expect(await waiter.call('ownerDied')).toBe('true');
      expect(JSON.parse(await waiter.call('owner'))).toEqual({ pid: waiter.child.pid, threadId: 0 });
    },
  );
});

test('ownerDied stays until the next acquire that is not a re-entry', async () => {
  using lock = new RLock();
  const holder = new User(lock);
  await holder.call('acquireSync');
  await holder.child.kill();
  expect(lock.acquireSync()).toBe(true);
  expect(lock.ownerDied).toBe(true);
  lock.acquireSync();
  expect(lock.ownerDied).toBe(true);
  lock.release();
  lock.release();
  lock.acquireSync();
  expect(lock.ownerDied).toBe(false);
});
