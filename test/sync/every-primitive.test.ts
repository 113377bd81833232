import { setImmediate as immediate } from 'node:timers/promises';
import { deserialize, serialize } from '@multiprocess/serialization';
import { ClosedError, HandleError, TimeoutError, attach } from '@multiprocess/shared-memory';
import { Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, Semaphore } from '@multiprocess/sync';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { User } from './use.js';

interface Options {
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly block?: boolean;
}

interface Primitive extends Disposable {
  readonly handle: string;
  close(): void;
  ref(): unknown;
  unref(): unknown;
}

/** What can be asked of each: a new one whose wait would last, the wait in both forms, and what ends it. */
interface Kind<P extends Primitive = Primitive> {
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

const kinds = [
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

const others = [
  { name: 'RLock', make: (options) => new RLock(options), attach: (handle) => RLock.attach(handle) },
  {
    name: 'Barrier',
    make: (options) => new Barrier({ parties: 2, ...options }),
    attach: (handle) => Barrier.attach(handle),
  },
] as Pick<Kind, 'name' | 'make' | 'attach'>[];

describe.each([...kinds, ...others])('$name', ({ name, make, attach: attachKind }) => {
  test('its handle leads to it, through attach(), its own class, and as a value that is sent', () => {
    using object = make();
    expect(object.handle).toMatch(new RegExp(`^multiprocess:sync\\.${name}:[\\w-]+$`));
    const copies = [attach(object.handle), attachKind(object.handle), deserialize(serialize(object)) as Primitive];
    for (const copy of copies) {
      onTestFinished(() => copy.close());
      expect(copy.constructor).toBe(object.constructor);
      expect(copy.handle).toBe(object.handle);
    }
  });

  test('a name leads to the same one, also in another process', async () => {
    using object = make({ name: `the ${name}` });
    using same = make({ name: `the ${name}` });
    expect(same.handle).toBe(object.handle);
    const user = new User(object);
    expect(await user.call('handle')).toBe(JSON.stringify(object.handle));
  });

  test('a name or handle of something else is a HandleError', () => {
    using other = name === 'Lock' ? new Event({ name: 'taken' }) : new Lock({ name: 'taken' });
    expect(() => make({ name: 'taken' })).toThrow(HandleError);
    expect(() => attachKind(other.handle)).toThrow(HandleError);
    expect(() => attachKind('multiprocess:sync.Lock:nobody')).toThrow(HandleError);
    expect(() => attachKind(5 as never)).toThrow(TypeError);
  });

  test('after close() everything is a ClosedError, but close()', () => {
    const object = make();
    object.close();
    object.close();
    object[Symbol.dispose]();
    expect(() => object.handle).toThrow(ClosedError);
    const prototype = Object.getPrototypeOf(object) as object;
    const questions = Object.entries(Object.getOwnPropertyDescriptors(prototype)).filter(
      ([key, { get }]) => get !== undefined && key !== 'ownerDied',
    );
    for (const [, { get }] of questions) expect(() => get?.call(object) as unknown).toThrow(ClosedError);
  });

  test('ref() and unref() return it', () => {
    using object = make();
    expect(object.unref()).toBe(object);
    expect(object.ref()).toBe(object);
  });
});

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
    'with %j is a TypeError, and nothing happened',
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

  const keepsAlive = (what: string, object: Primitive) =>
    startChild(new URL('fixtures/await-any.mjs', import.meta.url), { args: [object.handle, what] });

  test('keeps a program alive that does nothing else', async () => {
    using object = make();
    if (name === 'Condition') (object as Condition).release();
    const child = keepsAlive('pending', object);
    await child.line('waits');
    if (name === 'Condition') await (object as Condition).acquire();
    open(object);
    if (name === 'Condition') (object as Condition).release();
    expect(await child.exit).toEqual({ code: 0, signal: null });
    expect(child.lines).toEqual(['end of module', 'waits', 'true']);
  });

  test('lets the program end after unref()', async () => {
    using object = make();
    if (name === 'Condition') (object as Condition).release();
    const child = keepsAlive('unref', object);
    expect(await child.exit).toEqual({ code: 0, signal: null });
    expect(child.lines).toEqual(['end of module']);
  });
});

type Holdable = Lock | RLock | Semaphore | BoundedSemaphore | Condition;
const holdables: (new () => Holdable)[] = [Lock, RLock, Semaphore, BoundedSemaphore, Condition];

describe.each(holdables)('$name', (Class) => {
  test('hold() and run(), in both forms, give back whatever happens', async () => {
    using object = new Class();
    const isFree = async () => {
      const user = new User(object);
      expect(await user.call('tryAcquire')).toBe('true');
      await user.call('release');
    };
    {
      using guard = object.holdSync();
      expect(guard).toBeDefined();
    }
    {
      await using guard = await object.hold();
      expect(guard).toBeDefined();
    }
    expect(object.runSync(() => 'done')).toBe('done');
    expect(await object.run(() => Promise.resolve('done'))).toBe('done');
    const fail = () => {
      throw new Error('inside');
    };
    expect(() => object.runSync(fail)).toThrow('inside');
    await expect(object.run(fail)).rejects.toThrow('inside');
    await isFree();
  });

  test('hold() and run() throw a TimeoutError, and call nothing', async () => {
    using object = new Class();
    const user = new User(object);
    await user.call('acquireSync');
    let calls = 0;
    const count = () => calls++;
    expect(() => object.holdSync({ timeout: 1 })).toThrow(TimeoutError);
    expect(() => object.runSync(count, { timeout: 1 })).toThrow(TimeoutError);
    await expect(object.hold({ timeout: 1 })).rejects.toThrow(TimeoutError);
    await expect(object.run(count, { timeout: 1 })).rejects.toThrow(TimeoutError);
    expect(calls).toBe(0);
  });
});
