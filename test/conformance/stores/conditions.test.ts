import { NotOwnedError } from '@multiprocess/shared-memory';
import type { StoreCondition } from '@multiprocess/shared-memory';
import { expect, test } from 'vitest';
import { until } from '../../helpers/until.js';
import { abortedLater, abortedNow, wrongOptions } from './options.js';
import { Peer } from './peer.js';
import { describeStores } from './stores.js';

describeStores('a condition', (suite) => {
  const newCondition = () => suite.closing(suite.store.condition());

  /** That many callers that wait, and those that have been notified. */
  const sleepers = async (condition: StoreCondition, count: number) => {
    const woken: number[] = [];
    const all: Promise<void>[] = [];
    for (let i = 0; i < count; i++) {
      await new Promise<void>((began) => {
        all.push(
          condition.run(async () => {
            began();
            expect(await condition.wait()).toBe(true);
            woken.push(i);
          }),
        );
      });
    }
    await condition.run(() => undefined); // the lock is free: the last one sleeps
    return { woken, all };
  };

  test('notify(n) wakes up to n, in their order, 0 and less none, notifyAll() the rest', async () => {
    const condition = newCondition();
    const { woken, all } = await sleepers(condition, 6);
    for (const [count, total] of [
      [0, 0],
      [-1, 0],
      [-Infinity, 0],
      [0.5, 0],
      [undefined, 1],
      [2, 3],
      [1.9, 4],
    ] as const) {
      await condition.run(() => condition.notify(count));
      await until(() => woken.length === total);
      await condition.run(() => undefined);
      expect(woken).toHaveLength(total);
    }
    await condition.run(() => condition.notifyAll());
    await Promise.all(all);
    expect(woken).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('notify(Infinity) wakes all', async () => {
    const condition = newCondition();
    const { all } = await sleepers(condition, 3);
    await condition.run(() => condition.notify(Infinity));
    await Promise.all(all);
  });

  test('a notification is for those who wait when it comes: nobody keeps it', async () => {
    const condition = newCondition();
    await condition.run(() => condition.notifyAll());
    await condition.run(async () => {
      expect(await condition.wait({ timeout: 20 })).toBe(false);
    });
  });

  test('those who are notified go on one by one, each with the lock', async () => {
    const condition = newCondition();
    let inside = 0;
    let woken = 0;
    const all = [1, 2, 3].map(() =>
      condition.run(async () => {
        await condition.wait();
        expect(++inside).toBe(1);
        await new Promise(setImmediate);
        inside--;
        woken++;
      }),
    );
    await until(async () => {
      await condition.run(() => condition.notifyAll());
      return woken === 3;
    });
    await Promise.all(all);
  });

  test.each([NaN, '1', null])('notify(%o) throws', async (count) => {
    const condition = newCondition();
    const error = typeof count === 'number' ? RangeError : TypeError;
    await expect(condition.run(() => condition.notify(count as never))).rejects.toThrow(error);
  });

  test('without the lock wait(), notify() and notifyAll() throw a NotOwnedError', async () => {
    const condition = newCondition();
    await expect(condition.wait()).rejects.toThrow(NotOwnedError);
    await expect(condition.notify()).rejects.toThrow(NotOwnedError);
    await expect(condition.notifyAll()).rejects.toThrow(NotOwnedError);
    const peer = await Peer.start(suite.reach, condition);
    await peer.call('acquire');
    await expect(condition.notify()).rejects.toThrow(NotOwnedError);
  });

  test('has the lock again when the time is over, as often as before', async () => {
    const condition = newCondition();
    await condition.acquire();
    await condition.acquire();
    expect(await condition.wait({ timeout: 5 })).toBe(false);
    await condition.release();
    expect(await condition.locked()).toBe(true);
    await condition.release();
    expect(await condition.locked()).toBe(false);
  });

  test('a wait that is over waits for the lock, however long others have it', async () => {
    const condition = newCondition();
    let isOver = false;
    let waiting!: Promise<boolean>;
    await new Promise<void>((began) => {
      waiting = condition.run(async () => {
        began();
        const woken = await condition.wait({ timeout: 20 });
        isOver = true;
        return woken;
      });
    });
    await condition.run(async () => {
      const begin = performance.now();
      await until(() => performance.now() - begin > 40);
      expect(isOver).toBe(false);
    });
    expect(await waiting).toBe(false);
  });

  test('frees the lock while it waits, however often it was taken', async () => {
    const condition = newCondition();
    let isWoken = false;
    const waiting = condition.run(() => condition.run(() => condition.wait())).finally(() => (isWoken = true));
    await until(async () => {
      await condition.run(() => condition.notify());
      return isWoken;
    });
    expect(await waiting).toBe(true);
    expect(await condition.locked()).toBe(false);
  });

  test('waitFor() gives the last result of its predicate, falsy after a timeout', async () => {
    const condition = newCondition();
    let value = 0;
    const waiting = condition.run(() => condition.waitFor(async () => value));
    for (const next of [0, 0, 7]) {
      await condition.run(() => {
        value = next;
        return condition.notifyAll();
      });
    }
    expect(await waiting).toBe(7);
    expect(await condition.run(() => condition.waitFor(() => '', { timeout: 10 }))).toBe('');
    expect(await condition.run(() => condition.waitFor(() => 'at once', { timeout: 0 }))).toBe('at once');
    await expect(condition.run(() => condition.waitFor(5 as never))).rejects.toThrow(TypeError);
  });

  test('a wait that is aborted throws the reason, and the lock is held again', async () => {
    const condition = newCondition();
    const reason = new Error('never mind');
    await condition.run(async () => {
      for (const signal of [abortedNow(reason), abortedLater(reason)]) {
        await expect(condition.wait({ signal })).rejects.toBe(reason);
        await condition.notify(); // the lock is held
      }
      await expect(condition.waitFor(() => false, { signal: abortedLater(reason) })).rejects.toBe(reason);
      await condition.notify();
    });
    expect(await condition.locked()).toBe(false);
  });

  test('a notification for a wait that has been given up goes to another one', async () => {
    const condition = newCondition();
    for (let i = 0; i < 10; i++) {
      const controller = new AbortController();
      const waits: Promise<unknown>[] = [];
      for (const signal of [controller.signal, undefined]) {
        await new Promise<void>((began) => {
          const wait = condition.run(() => {
            began();
            return condition.wait({ signal });
          });
          waits.push(wait.catch(() => 'aborted'));
        });
      }
      await condition.run(async () => {
        await condition.notify();
        controller.abort(new Error('just now'));
      });
      // Whoever had the notification, it is there once: the first took it, or the second has it.
      if ((await waits[0]) === true) await condition.run(() => condition.notify());
      expect(await waits[1]).toBe(true);
    }
  });

  test('wrong options are a TypeError, and the lock stays held', async () => {
    const condition = newCondition();
    await condition.run(async () => {
      for (const options of wrongOptions) await expect(condition.wait(options)).rejects.toThrow(TypeError);
      await condition.notify();
    });
  });

  test('wakes another process', async () => {
    const condition = newCondition();
    const peer = await Peer.start(suite.reach, condition);
    await peer.call('acquire');
    const { result } = await peer.begin('wait', 'locked');
    await condition.run(() => condition.notify());
    expect(await result).toBe(true);
    expect(await condition.acquire({ timeout: 5 })).toBe(false);
    await peer.call('release');
    expect(await condition.acquire()).toBe(true);
    await condition.release();
  });
});
