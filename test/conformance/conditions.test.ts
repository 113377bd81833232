import { Manager } from '@multiprocess/manager';
import { NotOwnedError } from '@multiprocess/shared-memory';
import { Condition, Lock, RLock } from '@multiprocess/sync';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { until } from '../helpers/until.js';

interface Options {
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** A condition, in this process or in a manager. */
interface AnyCondition {
  run<R>(fn: () => R | PromiseLike<R>, options?: Options): Promise<R>;
  acquireSync(): boolean;
  release(): void | Promise<void>;
  wait(options?: Options): Promise<boolean>;
  waitSync(options?: Options): boolean;
  waitFor<R>(predicate: () => R | PromiseLike<R>, options?: Options): Promise<R>;
  waitForSync<R>(predicate: () => R, options?: Options): R;
  notify(n?: number): void | Promise<void>;
  notifyAll(): void | Promise<void>;
  close(): void;
}

const manager = await Manager.start();
afterAll(() => manager.shutdown());

const implementations: readonly { readonly name: string; make(): AnyCondition }[] = [
  { name: 'Condition', make: () => new Condition() },
  { name: 'Condition with a Lock', make: () => new Condition({ lock: new Lock() }) },
  { name: 'Condition with an RLock', make: () => new Condition({ lock: new RLock() }) },
  { name: 'ConditionProxy', make: () => manager.condition() },
];

describe.each(implementations)('$name', ({ make }) => {
  const closing = (): AnyCondition => {
    const condition = make();
    onTestFinished(() => {
      condition.close();
    });
    return condition;
  };

  /** That many callers that wait to be notified, and how many have been. */
  const sleepers = async (condition: AnyCondition, count: number) => {
    const state = { woken: 0, all: [] as Promise<void>[] };
    for (let i = 0; i < count; i++) {
      await new Promise<void>((began) => {
        state.all.push(
          condition.run(async () => {
            began();
            if (await condition.wait({ timeout: 5000 })) state.woken++;
          }),
        );
      });
    }
    await condition.run(() => undefined); // the lock is free: the last one sleeps
    return state;
  };

  test('notify(n) wakes up to n waiters, 0 and less none, notifyAll() the rest', async () => {
    const condition = closing();
    const state = await sleepers(condition, 5);
    for (const [n, woken] of [
      [0, 0],
      [-1, 0],
      [-Infinity, 0],
      [0.5, 0],
      [undefined, 1],
      [2, 3],
    ] as const) {
      await condition.run(() => condition.notify(n));
      await until(() => state.woken >= woken);
      expect(state.woken).toBe(woken);
    }
    await condition.run(() => condition.notifyAll());
    await Promise.all(state.all);
    expect(state.woken).toBe(5);
  });

  test('notify(Infinity) wakes all', async () => {
    const condition = closing();
    const state = await sleepers(condition, 3);
    await condition.run(() => condition.notify(Infinity));
    await Promise.all(state.all);
    expect(state.woken).toBe(3);
  });

  test.each([NaN, '1', null])('notify(%o) throws', async (n) => {
    const condition = closing();
    const error = typeof n === 'number' ? RangeError : TypeError;
    await expect(condition.run(() => condition.notify(n as never))).rejects.toThrow(error);
  });

  test('without the lock wait() and notify() throw a NotOwnedError that names them', async () => {
    const condition = closing();
    await expect(condition.wait()).rejects.toThrow(NotOwnedError);
    await expect(condition.wait()).rejects.toThrow('wait() needs the lock, which the caller does not hold');
    expect(() => condition.waitSync()).toThrow(NotOwnedError);
    await expect((async () => condition.notify())()).rejects.toThrow(NotOwnedError);
    await expect((async () => condition.notify())()).rejects.toThrow('notify() needs the lock');
  });

  test('a wait gives false after a timeout, and the lock is held again', async () => {
    const condition = closing();
    await condition.run(async () => {
      expect(await condition.wait({ timeout: 10 })).toBe(false);
      await condition.notify();
    });
    condition.acquireSync();
    expect(condition.waitSync({ timeout: 10 })).toBe(false);
    await condition.release();
  });

  test('waitFor() gives the last result of its predicate, falsy after a timeout', async () => {
    const condition = closing();
    let value = 0;
    const waiting = condition.run(() => condition.waitFor(async () => value));
    await condition.run(() => {
      value = 7;
      return condition.notify();
    });
    expect(await waiting).toBe(7);
    expect(await condition.run(() => condition.waitFor(() => '', { timeout: 10 }))).toBe('');
    condition.acquireSync();
    expect(condition.waitForSync(() => 0, { timeout: 10 })).toBe(0);
    expect(condition.waitForSync(() => 'at once')).toBe('at once');
    await condition.release();
  });

  test('waitForSync() of an async predicate is a TypeError that names waitFor()', async () => {
    const condition = closing();
    condition.acquireSync();
    expect(() => condition.waitForSync(async () => false, { timeout: 10 })).toThrow(/async.+use waitFor\(\)/);
    await condition.release();
  });

  test('a wait that is aborted throws the reason, and the lock is held again', async () => {
    const condition = closing();
    const reason = new Error('never mind');
    await condition.run(async () => {
      await expect(condition.waitFor(() => false, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      const controller = new AbortController();
      setTimeout(() => {
        controller.abort(reason);
      }, 20);
      await expect(condition.waitFor(() => false, { signal: controller.signal })).rejects.toBe(reason);
      await condition.notify();
    });
  });
});
