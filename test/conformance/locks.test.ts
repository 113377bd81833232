import { Manager } from '@multiprocess/manager';
import { ClosedError, TimeoutError } from '@multiprocess/shared-memory';
import { BoundedSemaphore, Condition, Lock, RLock, RWLock, Semaphore } from '@multiprocess/sync';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';

interface Options {
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly block?: boolean;
}

/** What can be taken, in this process or in a manager. */
interface Takeable {
  acquire(options?: Options): Promise<boolean>;
  acquireSync(options?: Options): boolean;
  release(): void | Promise<void>;
  hold(options?: Options): Promise<AsyncDisposable>;
  run<R>(fn: () => R | PromiseLike<R>, options?: Options): Promise<R>;
  runSync<R>(fn: () => R, options?: Options): R;
  close(): void;
}

const manager = await Manager.start();
afterAll(() => manager.shutdown());

/** A view, which its lock closes. */
function newWriteLock(): Takeable {
  const lock = new RWLock();
  return Object.assign(lock.writeLock, { close: () => lock.close() });
}

const implementations: readonly { readonly name: string; make(): Takeable }[] = [
  { name: 'Lock', make: () => new Lock() },
  { name: 'fair Lock', make: () => new Lock({ fair: true }) },
  { name: 'RLock', make: () => new RLock() },
  { name: 'WriteLock', make: newWriteLock },
  { name: 'Semaphore', make: () => new Semaphore() },
  { name: 'BoundedSemaphore', make: () => new BoundedSemaphore() },
  { name: 'Condition', make: () => new Condition() },
  { name: 'LockProxy', make: () => manager.lock() },
  { name: 'RLockProxy', make: () => manager.rlock() },
  { name: 'SemaphoreProxy', make: () => manager.semaphore() },
  { name: 'BoundedSemaphoreProxy', make: () => manager.boundedSemaphore() },
  { name: 'ConditionProxy', make: () => manager.condition() },
];

describe.each(implementations)('$name', ({ make }) => {
  const closing = (): Takeable => {
    const lock = make();
    onTestFinished(() => {
      lock.close();
    });
    return lock;
  };

  /** One that another async context holds, until `free` is called. */
  const held = async (): Promise<{ lock: Takeable; free: () => Promise<void> }> => {
    const lock = closing();
    let end!: () => void;
    let running!: Promise<void>;
    await new Promise<void>((began) => {
      running = lock.run(async () => {
        began();
        await new Promise<void>((resolve) => (end = resolve));
      });
    });
    return { lock, free: () => (end(), running) };
  };

  test('is taken and given back, in both forms', async () => {
    const lock = closing();
    for (let i = 0; i < 3; i++) {
      expect(await lock.acquire()).toBe(true);
      await lock.release();
      expect(lock.acquireSync()).toBe(true);
      await lock.release();
    }
  });

  test('that is held elsewhere gives false after a timeout, and by block: false', async () => {
    const { lock, free } = await held();
    for (const options of [{ timeout: 20 }, { timeout: 0 }, { timeout: -1 }, { block: false }]) {
      expect(await lock.acquire(options)).toBe(false);
      expect(lock.acquireSync(options)).toBe(false);
    }
    await free();
    expect(await lock.acquire({ timeout: 0 })).toBe(true);
    await lock.release();
  });

  test('wrong options are a TypeError, and nothing is taken', async () => {
    const { lock, free } = await held();
    await free();
    for (const options of [{ timeout: NaN }, { timeout: '5' }, { block: 1 }, { signal: 5 }, null, 5]) {
      await expect(lock.acquire(options as never)).rejects.toThrow(TypeError);
      expect(() => lock.acquireSync(options as never)).toThrow(TypeError);
    }
    const { signal } = new AbortController();
    expect(() => lock.acquireSync({ signal })).toThrow(TypeError);
    expect(lock.acquireSync({ timeout: 0 })).toBe(true);
    await lock.release();
  });

  test('a wait that is aborted throws the reason, and takes nothing', async () => {
    const { lock, free } = await held();
    const reason = new Error('never mind');
    await expect(lock.acquire({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const waiting = lock.acquire({ signal: controller.signal });
    setTimeout(() => {
      controller.abort(reason);
    }, 20);
    await expect(waiting).rejects.toBe(reason);
    await free();
    expect(await lock.acquire({ timeout: 0 })).toBe(true);
    await lock.release();
  });

  test('hold() and run() give back whatever happens, and throw a TimeoutError', async () => {
    const { lock, free } = await held();
    let calls = 0;
    const count = (): number => ++calls;
    await expect(lock.hold({ timeout: 1 })).rejects.toThrow(TimeoutError);
    await expect(lock.run(count, { timeout: 1 })).rejects.toThrow(TimeoutError);
    expect(() => lock.runSync(count, { timeout: 1 })).toThrow(TimeoutError);
    expect(calls).toBe(0);
    await free();
    const fail = (): never => {
      throw new Error('inside');
    };
    await expect(lock.run(fail)).rejects.toThrow('inside');
    expect(() => lock.runSync(fail)).toThrow('inside');
    {
      await using guard = await lock.hold({ timeout: 0 });
      expect(guard).toBeDefined();
    }
    expect(await lock.run(count, { timeout: 0 })).toBe(1);
    expect(lock.runSync(count, { timeout: 0 })).toBe(2);
  });

  test('runSync() of an async function is a TypeError that names run(), and gives back', async () => {
    const lock = closing();
    expect(() => lock.runSync(() => Promise.resolve())).toThrow(/async.+use run\(\)/);
    expect(await lock.run(() => 'free', { timeout: 0 })).toBe('free');
  });

  test('without a function run() is a TypeError before anything is taken', async () => {
    const lock = closing();
    await expect(lock.run(undefined as never)).rejects.toThrow(/fn must be a function/);
    expect(() => lock.runSync(5 as never)).toThrow(/fn must be a function/);
    expect(await lock.acquire({ timeout: 0 })).toBe(true);
    await lock.release();
  });

  test('after close() it throws a ClosedError', async () => {
    const lock = make();
    lock.close();
    await expect(lock.acquire()).rejects.toThrow(ClosedError);
    expect(() => lock.acquireSync()).toThrow(ClosedError);
  });
});
