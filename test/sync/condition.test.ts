import { setImmediate as immediate } from 'node:timers/promises';
import { ClosedError, HandleError, inspectObjects, NotOwnedError } from '@multiprocess/shared-memory';
import { Condition, Lock, RLock } from '@multiprocess/sync';
import { describe, expect, test } from 'vitest';
import { until } from '../helpers/until.js';
import { end, forms, inForm, places, User } from './use.js';

/** Takes the lock and waits, in another process or thread; returns when it sleeps, and so has given the lock back. */
async function waiting(condition: Condition, form: (typeof forms)[number], options = {}, where?: 'process' | 'thread') {
  const waiter = new User(condition, where);
  expect(await waiter.call('acquireSync')).toBe('true');
  await waiter.wait(inForm('wait', form), options);
  await until(() => !condition.lock.locked);
  return waiter;
}

/** What a waiter's wait returned, after which it has the lock, and gives it back. */
async function served(waiter: User, form: (typeof forms)[number]): Promise<string> {
  const result = await waiter.result(inForm('wait', form));
  expect(await waiter.call('release')).toBe('done');
  return result;
}

/** What is seen of it from outside. */
function stateOf({ handle }: Condition): string | undefined {
  return inspectObjects().objects.find(({ name }) => handle.endsWith(`:${name}`))?.state;
}

describe('its lock', () => {
  test('is an RLock of its own unless one is given', () => {
    using condition = new Condition();
    expect(condition.lock).toBeInstanceOf(RLock);
    expect(condition.acquireSync()).toBe(true);
    expect(condition.tryAcquire()).toBe(true);
    condition.release();
    condition.release();
    expect(condition.lock.locked).toBe(false);
  });

  test.each([Lock, RLock].map((Class) => ({ name: Class.name, Class })))('may be given: $name', async ({ Class }) => {
    using lock = new Class();
    using condition = new Condition({ lock });
    using second = new Condition({ lock });
    expect(condition.lock).toBe(lock);
    using guard = await condition.hold();
    expect(guard).toBeDefined();
    expect(lock.locked).toBe(true);
    second.notifyAll();
  });

  test('is the same one wherever the condition is attached', async () => {
    using lock = new Lock();
    using condition = new Condition({ lock });
    using same = Condition.attach(condition.handle);
    expect(same.lock).toBeInstanceOf(Lock);
    lock.acquireSync();
    expect(same.tryAcquire()).toBe(false);
    const other = new User(condition);
    expect(await other.call('tryAcquire')).toBe('false');
    lock.release();
    expect(await other.call('tryAcquire')).toBe('true');
    expect(lock.locked).toBe(true);
  });

  test('decides what a name leads to', () => {
    using lock = new Lock();
    using condition = new Condition({ lock, name: 'condition' });
    using same = new Condition({ lock, name: 'condition' });
    using any = new Condition({ name: 'condition' });
    using other = new Lock();
    expect([same.lock, any.lock.handle]).toEqual([lock, lock.handle]);
    expect(() => new Condition({ lock: other, name: 'condition' })).toThrow(HandleError);
    expect(condition.lock).toBe(lock);
  });

  test.each([null, {}, 'lock', 5])('%s in place of one is a TypeError', (lock) => {
    expect(() => new Condition({ lock: lock as never })).toThrow(TypeError);
  });

  test('run() and runSync() hold it', async () => {
    using condition = new Condition();
    expect(condition.runSync(() => condition.lock.locked)).toBe(true);
    expect(await condition.run(() => condition.lock.locked)).toBe(true);
    expect(condition.lock.locked).toBe(false);
  });
});

describe('without the lock, a NotOwnedError comes from', () => {
  test('every method, and nothing was changed', async () => {
    using condition = new Condition();
    expect(() => condition.notify()).toThrow(NotOwnedError);
    expect(() => condition.notifyAll()).toThrow(NotOwnedError);
    expect(() => condition.waitSync()).toThrow(NotOwnedError);
    expect(() => condition.waitForSync(() => true)).toThrow(NotOwnedError);
    expect(() => condition.release()).toThrow(NotOwnedError);
    await expect(condition.wait()).rejects.toThrow(NotOwnedError);
    await expect(condition.waitFor(() => true)).rejects.toThrow(NotOwnedError);
    expect(condition.lock.locked).toBe(false);
  });

  test('every method while another process has it', async () => {
    using condition = new Condition({ lock: new Lock() });
    const other = new User(condition);
    await other.call('acquireSync');
    expect(() => condition.notify()).toThrow(NotOwnedError);
    await expect(condition.wait({ timeout: 0 })).rejects.toThrow(NotOwnedError);
    expect(condition.lock.locked).toBe(true);
    condition.lock.close();
  });
});

test.each([0, -1, 20])('a wait of %d ms without notification gives false, with the lock held', async (timeout) => {
  using condition = new Condition();
  condition.acquireSync();
  const begun = performance.now();
  expect(condition.waitSync({ timeout })).toBe(false);
  expect(await condition.wait({ timeout })).toBe(false);
  expect(performance.now() - begun).toBeGreaterThanOrEqual(2 * Math.max(0, timeout));
  expect(condition.lock.locked).toBe(true);
  condition.release();
});

test('waitFor() without a function, or waitForSync() with an async one, is a TypeError with the lock held', async () => {
  using condition = new Condition();
  condition.acquireSync();
  for (const bad of [undefined, null, true]) {
    await expect(condition.waitFor(bad as never)).rejects.toThrow(/predicate must be a function, received/);
    expect(() => condition.waitForSync(bad as never)).toThrow(/predicate must be a function, received/);
  }
  expect(() => condition.waitForSync(() => Promise.resolve(false))).toThrow(/async.+use waitFor\(\)/);
  condition.release();
});

test('notify() is not kept for later waiters, and with 0 or less does nothing', async () => {
  using condition = new Condition();
  condition.acquireSync();
  condition.notify();
  condition.notifyAll();
  expect(condition.waitSync({ timeout: 5 })).toBe(false);
  condition.release();
  const waiter = await waiting(condition, 'sync');
  condition.runSync(() => {
    condition.notify(0);
    condition.notify(-5);
  });
  expect(stateOf(condition)).toBe('1 wait');
  condition.runSync(() => condition.notify());
  expect(await served(waiter, 'sync')).toBe('true');
});

test.each([
  ['1', TypeError],
  [null, TypeError],
  [{}, TypeError],
  [NaN, RangeError],
])('notify(%s) is refused', (n, error) => {
  using condition = new Condition();
  condition.acquireSync();
  expect(() => condition.notify(n as number)).toThrow(error);
});

describe.each(forms)('a waiter (%s)', (form) => {
  test.each(places)('in another %s gives the lock back, and has it again when it is notified', async (where) => {
    using condition = new Condition();
    const waiter = await waiting(condition, form, {}, where);
    await condition.acquire();
    condition.notify();
    expect(condition.lock.locked).toBe(true); // notify() keeps it
    condition.release();
    expect(await waiter.result(inForm('wait', form))).toBe('true');
    expect(condition.tryAcquire()).toBe(false);
    await waiter.call('release');
    expect(condition.tryAcquire()).toBe(true);
  });

  test.each(['a notification', 'a timeout'])(
    'gives a nested RLock back entirely, and has it again as often after %s',
    async (after) => {
      using condition = new Condition();
      const waiter = new User(condition);
      for (let i = 0; i < 3; i++) await waiter.call('acquireSync');
      if (after === 'a timeout') {
        // Which may be over before it sleeps.
        expect(await waiter.call(inForm('wait', form), { timeout: 50 })).toBe('false');
      } else {
        await waiter.wait(inForm('wait', form));
        await condition.run(() => condition.notify()); // waits for the RLock
        expect(await waiter.result(inForm('wait', form))).toBe('true');
      }
      for (let i = 0; i < 3; i++) {
        expect(condition.lock.locked).toBe(true);
        expect(await waiter.call('release')).toBe('done');
      }
      expect(condition.lock.locked).toBe(false);
      expect(await waiter.call('release')).toMatch(/^NotOwnedError/);
    },
  );

  test('is woken by notifyAll() with all the others', async () => {
    using condition = new Condition();
    const waiters = await Promise.all([1, 2, 3].map(() => waiting(condition, form)));
    condition.runSync(() => condition.notifyAll());
    for (const result of await Promise.all(waiters.map((waiter) => served(waiter, form)))) expect(result).toBe('true');
  });

  test('notify(n) wakes exactly n', async () => {
    using condition = new Condition();
    const waiters = await Promise.all([1, 2, 3, 4].map(() => waiting(condition, form)));
    condition.runSync(() => condition.notify(3));
    expect(stateOf(condition)).toBe('1 wait');
    let woken = 0;
    const all = waiters.map(async (waiter) => {
      expect(await served(waiter, form)).toBe('true');
      woken++;
    });
    await until(() => woken >= 3);
    condition.runSync(() => condition.notify());
    await Promise.all(all);
  });

  test.each(places)('in a %s that is killed does not block others, and takes no notification', async (where) => {
    using condition = new Condition();
    const doomed = await waiting(condition, form, {}, where);
    const patient = await waiting(condition, form);
    await end(doomed, where);
    condition.runSync(() => condition.notify()); // returns at once
    expect(await served(patient, form)).toBe('true');
    condition.runSync(() => condition.notifyAll());
  });
});

describe('several waiters in one thread', () => {
  test('are each notified once, in the order they came', async () => {
    using condition = new Condition();
    const order: number[] = [];
    let waiting = 0;
    const waits = Array.from({ length: 50 }, (_, i) =>
      condition.run(async () => {
        waiting++;
        expect(await condition.wait()).toBe(true);
        order.push(i);
      }),
    );
    await until(() => waiting === 50);
    for (const many of [1, 2, 7]) {
      const before = order.length;
      await condition.run(() => condition.notify(many));
      await until(() => order.length === before + many);
      await immediate();
      expect(order).toHaveLength(before + many);
    }
    await condition.run(() => condition.notifyAll());
    await Promise.all(waits);
    expect(order).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(condition.lock.locked).toBe(false);
  });

  test('leave when their time is over, and the others are notified', async () => {
    using condition = new Condition();
    const wait = (timeout: number) => condition.run(() => condition.wait({ timeout }));
    const [short, first, long, second] = [wait(5), wait(Infinity), wait(10), wait(Infinity)];
    expect(await Promise.all([short, long])).toEqual([false, false]);
    await condition.run(() => condition.notify(2));
    expect(await Promise.all([first, second])).toEqual([true, true]);
  });

  test('leave when they are aborted, with the lock held, and a notification goes to another', async () => {
    using condition = new Condition();
    const controller = new AbortController();
    const reason = new Error('never mind');
    let held = false;
    const aborted = condition.run(async () => {
      try {
        await condition.wait({ signal: controller.signal });
      } finally {
        held = condition.lock.locked;
      }
    });
    const other = condition.run(() => condition.wait());
    await condition.run(() => {
      condition.notify();
      controller.abort(reason);
    });
    await expect(aborted).rejects.toBe(reason);
    expect(held).toBe(true);
    expect(await other).toBe(true);
  });

  test('throw a ClosedError when it is closed', async () => {
    const condition = new Condition();
    using other = Condition.attach(condition.handle);
    let waiting = 0;
    const waits = [Infinity, 1e6].map((timeout) =>
      condition.run(() => {
        waiting++;
        return condition.wait({ timeout });
      }),
    );
    await until(() => waiting === 2);
    condition.close();
    for (const wait of waits) await expect(wait).rejects.toThrow(ClosedError);
    await other.run(() => other.notifyAll());
    expect(() => condition.notify()).toThrow(ClosedError);
    await expect(condition.acquire()).rejects.toThrow(ClosedError);
    expect(() => condition.acquireSync()).toThrow(ClosedError);
  });
});

describe('waitFor()', () => {
  test('returns what the predicate gave last, and does not wait if that is true at once', async () => {
    using condition = new Condition();
    condition.acquireSync();
    expect(condition.waitForSync(() => 'yes')).toBe('yes');
    expect(await condition.waitFor(() => 7)).toBe(7);
    expect(await condition.waitFor(() => Promise.resolve('async'))).toBe('async');
    condition.release();
  });

  test('calls it once with a timeout of 0, and returns what it gave', async () => {
    using condition = new Condition();
    condition.acquireSync();
    let calls = 0;
    const never = () => (calls++, '');
    expect(condition.waitForSync(never, { timeout: 0 })).toBe('');
    expect(await condition.waitFor(never, { timeout: -1 })).toBe('');
    expect(calls).toBe(2);
  });

  test('has one time for all of its waits', async () => {
    using condition = new Condition();
    await condition.acquire();
    const begun = performance.now();
    const nagging = setInterval(() => {
      if (condition.lock.locked) return;
      condition.runSync(() => condition.notifyAll());
    }, 2);
    expect(await condition.waitFor(() => 0, { timeout: 50 })).toBe(0);
    clearInterval(nagging);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(50);
    condition.release();
  });

  test('goes on waiting until the predicate holds, and calls it with the lock held', async () => {
    using condition = new Condition();
    let state = 0;
    const waiting = condition.run(() =>
      condition.waitFor(() => {
        expect(condition.lock.locked).toBe(true);
        return state >= 3 && 'three';
      }),
    );
    for (let i = 0; i < 3; i++) {
      await condition.run(() => {
        state++;
        condition.notify();
      });
    }
    expect(await waiting).toBe('three');
  });

  test('throws what the predicate throws, with the lock held', async () => {
    using condition = new Condition();
    condition.acquireSync();
    const fail = () => {
      throw new Error('inside');
    };
    expect(() => condition.waitForSync(fail)).toThrow('inside');
    await expect(condition.waitFor(fail)).rejects.toThrow('inside');
    expect(condition.lock.locked).toBe(true);
  });
});

test('many threads may wait at once: their entries take more than a page', async () => {
  using condition = new Condition();
  const objects = Array.from({ length: 300 }, () => Condition.attach(condition.handle)); // each has an entry
  let waiting = 0;
  const waits = objects.map((object) =>
    object.run(() => {
      waiting++;
      return object.wait();
    }),
  );
  await until(() => waiting === objects.length);
  await condition.run(() => condition.notify(300));
  expect(new Set(await Promise.all(waits))).toEqual(new Set([true]));
  for (const object of objects) object.close();
});
