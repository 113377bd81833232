import { setImmediate as immediate } from 'node:timers/promises';
import { ClosedError } from '@multiprocess/shared-memory';
import { BoundedSemaphore, Condition, Event, Lock, Semaphore } from '@multiprocess/sync';
import { describe, expect, test } from 'vitest';

interface Options {
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly block?: boolean;
}

export interface Primitive extends Disposable {
  readonly handle: string;
  close(): void;
  ref(): unknown;
  unref(): unknown;
}

/** What can be asked of each: a new one whose wait would last, the wait in both forms, and what ends it. */
export interface Kind<P extends Primitive = Primitive> {
  readonly name: string;
  make(options?: { name?: string }): P;
  attach(handle: string): Primitive;
  wait(object: P, options?: Options): Promise<unknown>;
  waitSync(object: P, options?: Options): unknown;
  open(object: P): void;
}

const busy = <P extends { tryAcquire(): boolean }>(object: P): P => {
  object.tryAcquire();
  return object;
};

type Takeable = Primitive & {
  tryAcquire(): boolean;
  acquire(options?: Options): Promise<boolean>;
  acquireSync(options?: Options): boolean;
  release(): void;
};

const takeable = <P extends Takeable>(Class: {
  new (options?: { name?: string }): P;
  attach(handle: string): Primitive;
}): Kind<P> => ({
  name: Class.name,
  make: (options) => busy(new Class(options)),
  attach: (handle) => Class.attach(handle),
  wait: (object, options) => object.acquire(options),
  waitSync: (object, options) => object.acquireSync(options),
  open: (object) => {
    object.release();
  },
});

/** Those of which a new one makes callers wait. */
export const kinds = [
  takeable(Lock),
  takeable(Semaphore),
  takeable(BoundedSemaphore),
  {
    name: 'Event',
    make: (options) => new Event(options),
    attach: (handle) => Event.attach(handle),
    wait: (event, options) => event.wait(options),
    waitSync: (event, options) => event.waitSync(options),
    open: (event) => {
      event.set();
    },
  } satisfies Kind<Event>,
  {
    name: 'Condition',
    make: (options) => busy(new Condition(options)),
    attach: (handle) => Condition.attach(handle),
    wait: (condition, options) => condition.wait(options),
    waitSync: (condition, options) => condition.waitSync(options),
    open: (condition) => {
      condition.runSync(() => {
        condition.notifyAll();
      });
    },
  } satisfies Kind<Condition>,
] as unknown as Kind[];

/** What every wait has in common, wherever its words lie. */
export function describeWaits(): void {
  describe.each(kinds)('a wait for a $name', ({ make, wait, waitSync, open, name }) => {
    test.each([0, -1, -Infinity, 1, 30, 150])('with a timeout of %d gives false after it', async (timeout) => {
      using object = make();
      const begun = performance.now();
      expect(waitSync(object, { timeout })).toBe(false);
      expect(await wait(object, { timeout })).toBe(false);
      expect(performance.now() - begun).toBeGreaterThanOrEqual(2 * Math.max(0, timeout));
    });

    test.each([undefined, Infinity, 2 ** 40])('with a timeout of %s lasts until it is over', async (timeout) => {
      using object = make();
      const waiting = wait(object, timeout === undefined ? {} : { timeout });
      setTimeout(() => {
        open(object);
      }, 150); // longer than any slice of a wait
      expect(await waiting).toBe(true);
    });

    test('with block: false is one try', async () => {
      using object = make();
      expect(waitSync(object, { block: false, timeout: 1e9 })).toBe(false);
      expect(await wait(object, { block: false, timeout: 1e9 })).toBe(false);
    });

    test.each([{ timeout: NaN }, { timeout: '5' }, { timeout: null }, { block: 1 }, 5, null])(
      'with %o is a TypeError, and nothing happened',
      async (options) => {
        using object = make();
        expect(() => waitSync(object, options as never)).toThrow(TypeError);
        await expect(wait(object, options as never)).rejects.toThrow(TypeError);
        expect(waitSync(object, { timeout: 0 })).toBe(false);
      },
    );

    test('takes a signal where it is awaited, and only an AbortSignal', async () => {
      using object = make();
      const { signal } = new AbortController();
      expect(() => waitSync(object, { signal })).toThrow(TypeError);
      await expect(wait(object, { signal: 5 as never })).rejects.toThrow(TypeError);
    });

    test('that is aborted, before or meanwhile, throws the reason, and the next is served', async () => {
      using object = make();
      const reason = new Error('never mind');
      await expect(wait(object, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      const controller = new AbortController();
      const aborted = wait(object, { signal: controller.signal });
      if (name === 'Condition') (object as Condition).tryAcquire(); // a wait begins with the lock held
      const next = wait(object);
      await immediate();
      controller.abort(reason);
      await expect(aborted).rejects.toBe(reason);
      if (name === 'Condition') (object as Condition).release();
      open(object);
      expect(await next).toBe(true);
    });

    test('throws a ClosedError when it is closed here; elsewhere nothing happens', async () => {
      const object = make();
      const waiting = wait(object);
      await immediate();
      object.close();
      await expect(waiting).rejects.toThrow(ClosedError);
      await expect(wait(object)).rejects.toThrow(ClosedError);
      expect(() => waitSync(object)).toThrow(ClosedError);
    });
  });
}
