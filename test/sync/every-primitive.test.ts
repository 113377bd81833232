import { deserialize, serialize } from '@multiprocess/serialization';
import { attach, ClosedError, HandleError, TimeoutError } from '@multiprocess/shared-memory';
import { Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, RWLock, Semaphore } from '@multiprocess/sync';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { User } from './use.js';
import { describeWaits, kinds } from './wait-conformance.js';
import type { Kind, Primitive } from './wait-conformance.js';

const others = [
  { name: 'RLock', make: (options) => new RLock(options), attach: (handle) => RLock.attach(handle) },
  { name: 'RWLock', make: (options) => new RWLock(options), attach: (handle) => RWLock.attach(handle) },
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
    expect(() => attachKind('multiprocess:sync.Lock:nothing')).toThrow(HandleError);
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

describeWaits();

describe.each(kinds)('a program that awaits a $name', ({ make, open, name }) => {
  const keepsAlive = (what: string, object: Primitive) =>
    startChild(new URL('fixtures/await-any.mjs', import.meta.url), { args: [object.handle, what] });

  test('is kept alive by it', async () => {
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

  test('also ends after unref()', async () => {
    using object = make();
    if (name === 'Condition') (object as Condition).release();
    const child = keepsAlive('unref', object);
    expect(await child.exit).toEqual({ code: 0, signal: null });
    expect(child.lines).toEqual(['end of module']);
  });
});

type Holdable = Lock | RLock | Semaphore | BoundedSemaphore | Condition;
const holdables = [Lock, RLock, Semaphore, BoundedSemaphore, Condition].map((Class: new () => Holdable) => ({
  name: Class.name,
  Class,
}));

describe.each(holdables)('$name', ({ Class }) => {
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

  test('run() without a function is a TypeError before anything is taken', async () => {
    using object = new Class();
    for (const bad of [undefined, null, 5, {}]) {
      await expect(object.run(bad as never)).rejects.toThrow(/fn must be a function, received/);
      expect(() => object.runSync(bad as never)).toThrow(/fn must be a function, received/);
    }
    expect(object.tryAcquire()).toBe(true);
  });

  test('runSync() of an async function is a TypeError that names run(), and gives back', () => {
    using object = new Class();
    expect(() => object.runSync(() => Promise.resolve())).toThrow(/async.+use run\(\)/);
    expect(object.tryAcquire()).toBe(true);
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
