import { ClosedError, TimeoutError } from '@multiprocess/shared-memory';
import { Lock } from '@multiprocess/sync';
import { describe, expect, test } from 'vitest';

/** A lock that is taken. */
function takenLock(): Lock {
  const lock = new Lock();
  lock.acquireSync();
  return lock;
}

describe('timeout', () => {
  test.each([0, -0, -1, -Infinity])('%o is one try', async (timeout) => {
    using lock = takenLock();
    expect(lock.acquireSync({ timeout })).toBe(false);
    expect(await lock.acquire({ timeout })).toBe(false);
    lock.release();
    expect(lock.acquireSync({ timeout })).toBe(true);
    lock.release();
    expect(await lock.acquire({ timeout })).toBe(true);
  });

  test.each([undefined, Infinity])('%s is for ever', async (timeout) => {
    using lock = takenLock();
    const acquired = lock.acquire({ timeout });
    setTimeout(() => lock.release(), 150); // longer than any slice of a wait
    expect(await acquired).toBe(true);
  });

  test.each([1, 30, 150, 0.5])('%d ms pass before false', async (timeout) => {
    using lock = takenLock();
    let begun = performance.now();
    expect(lock.acquireSync({ timeout })).toBe(false);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(timeout);
    begun = performance.now();
    expect(await lock.acquire({ timeout })).toBe(false);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(timeout);
  });

  test('more than a timer can count is for ever', async () => {
    using lock = takenLock();
    const acquired = lock.acquire({ timeout: 2 ** 40 });
    setTimeout(() => lock.release(), 20);
    expect(await acquired).toBe(true);
  });

  test.each([NaN, '5', null, {}, 5n, true])('%s is a TypeError', async (value) => {
    using lock = new Lock();
    const options = { timeout: value as number };
    expect(() => lock.acquireSync(options)).toThrow(TypeError);
    expect(() => lock.holdSync(options)).toThrow(TypeError);
    expect(() => lock.runSync(() => 1, options)).toThrow(TypeError);
    await expect(lock.acquire(options)).rejects.toThrow(TypeError);
    await expect(lock.hold(options)).rejects.toThrow(TypeError);
    await expect(lock.run(() => 1, options)).rejects.toThrow(TypeError);
    expect(lock.locked).toBe(false);
  });

  test.each([null, 5, 'soon', true])('options that are %s are a TypeError', async (options) => {
    using lock = new Lock();
    expect(() => lock.acquireSync(options as never)).toThrow(TypeError);
    await expect(lock.acquire(options as never)).rejects.toThrow(TypeError);
    expect(lock.locked).toBe(false);
  });
});

describe('block', () => {
  test('false is one try, whatever the timeout', async () => {
    using lock = takenLock();
    expect(lock.acquireSync({ block: false, timeout: Infinity })).toBe(false);
    expect(await lock.acquire({ block: false, timeout: 1e9 })).toBe(false);
    lock.release();
    expect(lock.acquireSync({ block: false })).toBe(true);
  });

  test('true is the default', async () => {
    using lock = takenLock();
    expect(await lock.acquire({ block: true, timeout: 1 })).toBe(false);
  });

  test.each([0, 'no', null])('%s is a TypeError', async (block) => {
    using lock = new Lock();
    expect(() => lock.acquireSync({ block: block as never })).toThrow(TypeError);
    await expect(lock.acquire({ block: block as never })).rejects.toThrow(TypeError);
  });
});

describe('signal', () => {
  test('aborted before: rejects with the reason and takes nothing', async () => {
    using lock = new Lock();
    const reason = new Error('never mind');
    await expect(lock.acquire({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(lock.locked).toBe(false);
  });

  test('aborted while it waits: rejects with the reason, and the lock can be had by the next', async () => {
    using lock = takenLock();
    const controller = new AbortController();
    const acquired = lock.acquire({ signal: controller.signal });
    const next = lock.acquire();
    controller.abort();
    await expect(acquired).rejects.toMatchObject({ name: 'AbortError' });
    lock.release();
    expect(await next).toBe(true);
  });

  test('aborted after: changes nothing', async () => {
    using lock = new Lock();
    const controller = new AbortController();
    expect(await lock.acquire({ signal: controller.signal })).toBe(true);
    controller.abort();
    expect(lock.locked).toBe(true);
  });

  test('AbortSignal.timeout() works as any other', async () => {
    using lock = takenLock();
    await expect(lock.acquire({ signal: AbortSignal.timeout(10) })).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('one signal for many calls gives no warning', async () => {
    using lock = takenLock();
    const warnings: Error[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on('warning', note);
    const controller = new AbortController();
    const waits = Array.from({ length: 50 }, () => lock.acquire({ signal: controller.signal }));
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await Promise.allSettled(waits);
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  test('is a TypeError in forms that block', () => {
    using lock = new Lock();
    const options = { signal: new AbortController().signal } as never;
    expect(() => lock.acquireSync(options)).toThrow(TypeError);
    expect(() => lock.holdSync(options)).toThrow(TypeError);
    expect(() => lock.runSync(() => 1, options)).toThrow(TypeError);
    expect(lock.locked).toBe(false);
  });

  test.each([5, {}, null, 'abort'])('%s in place of one is a TypeError', async (signal) => {
    using lock = new Lock();
    await expect(lock.acquire({ signal: signal as never })).rejects.toThrow(TypeError);
  });
});

describe('close()', () => {
  test('rejects pending waits with a ClosedError; other threads are not affected', async () => {
    const lock = takenLock();
    using other = Lock.attach(lock.handle);
    const waits = [lock.acquire(), lock.acquire({ timeout: 1000 }), lock.hold()];
    const elsewhere = other.acquire();
    lock.close();
    for (const wait of waits) await expect(wait).rejects.toThrow(ClosedError);
    other.release();
    expect(await elsewhere).toBe(true);
  });

  test('may be called again; everything else is a ClosedError then', async () => {
    const lock = new Lock();
    lock.close();
    lock.close();
    lock[Symbol.dispose]();
    expect(() => lock.tryAcquire()).toThrow(ClosedError);
    expect(() => lock.acquireSync()).toThrow(ClosedError);
    expect(() => lock.release()).toThrow(ClosedError);
    expect(() => lock.locked).toThrow(ClosedError);
    expect(() => lock.owner).toThrow(ClosedError);
    expect(() => lock.handle).toThrow(ClosedError);
    expect(() => lock.holdSync()).toThrow(ClosedError);
    expect(() => lock.runSync(() => 1)).toThrow(ClosedError);
    await expect(lock.acquire()).rejects.toThrow(ClosedError);
    await expect(lock.hold()).rejects.toThrow(ClosedError);
    await expect(lock.run(() => 1)).rejects.toThrow(ClosedError);
  });
});

describe('a TimeoutError', () => {
  test('is what hold() and run() throw, in both forms, and nothing was called', async () => {
    using lock = takenLock();
    let called = 0;
    expect(() => lock.holdSync({ timeout: 5 })).toThrow(TimeoutError);
    expect(() => lock.runSync(() => called++, { timeout: 5 })).toThrow(TimeoutError);
    await expect(lock.hold({ timeout: 5 })).rejects.toThrow(TimeoutError);
    await expect(lock.run(() => called++, { block: false })).rejects.toThrow(TimeoutError);
    expect(called).toBe(0);
  });
});
