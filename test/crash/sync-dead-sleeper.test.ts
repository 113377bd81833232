import { Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, RWLock, Semaphore } from '@multiprocess/sync';
import { expect, test } from 'vitest';
import { User } from '../sync/use.js';

interface Shared extends Disposable {
  readonly handle: string;
}

/** A call that wakes sleepers and never waits for an answer: it must return, even if they are dead. */
interface Call<T extends Shared = never> {
  readonly name: string;
  make(): T;
  readonly waits: readonly [blocking: string, awaiting: string];
  /** Not async: a wait for another thread would hang this one. */
  call(object: T): void;
  /** The result of a living waiter. */
  readonly result: RegExp;
}

const taken = <T extends Shared & { acquireSync(): boolean }>(object: T): T => {
  object.acquireSync();
  return object;
};

type Acquirable = Shared & { acquireSync(): boolean; release(): void };

const releaseOf = <T extends Acquirable>(
  Class: new () => T,
  { name = Class.name, make = () => new Class() } = {},
): Call<T> => ({
  name: `release() of ${name}`,
  make: () => taken(make()),
  waits: ['acquireSync', 'acquire'],
  call: (object) => {
    object.release();
  },
  result: /^true$/,
});

const releaseOfWriter = (waiting: 'readLock' | 'writeLock'): Call<RWLock> => ({
  name: `release() of RWLock, for its ${waiting},`,
  make: () => {
    const lock = new RWLock();
    lock.writeLock.acquireSync();
    return lock;
  },
  waits: [`${waiting}.acquireSync`, `${waiting}.acquire`],
  call: (lock) => {
    lock.writeLock.release();
  },
  result: /^true$/,
});

const endOf = (name: 'abort' | 'reset'): Call<Barrier> => ({
  name: `${name}() of Barrier`,
  make: () => new Barrier({ parties: 5 }),
  waits: ['waitSync', 'wait'],
  call: (barrier) => {
    barrier[name]();
  },
  result: /^BrokenBarrierError: .*(aborted|reset|died)/,
});

const calls = [
  releaseOf(Lock),
  releaseOf(Lock, { name: 'fair Lock', make: () => new Lock({ fair: true }) }),
  releaseOf(RLock),
  releaseOfWriter('readLock'),
  releaseOfWriter('writeLock'),
  releaseOf(Semaphore),
  releaseOf(BoundedSemaphore),
  {
    name: 'set() of Event',
    make: () => new Event(),
    waits: ['waitSync', 'wait'],
    call: (event) => {
      event.set();
    },
    result: /^true$/,
  } satisfies Call<Event>,
  {
    name: 'notifyAll() of Condition',
    make: () => new Condition(),
    waits: ['waitSync', 'wait'],
    call: (condition) => {
      condition.runSync(() => {
        condition.notifyAll();
      });
    },
    result: /^true$/,
  } satisfies Call<Condition>,
  endOf('abort'),
  endOf('reset'),
] as Call[];

test.each(calls)('$name returns although sleepers were killed, and another one goes on', async (one) => {
  using object: Shared = one.make();
  const [blocked, awaiting, living] = [new User(object), new User(object), new User(object)];
  const [inSync, inAsync] = one.waits;
  for (const [user, method] of [
    [blocked, inSync],
    [awaiting, inAsync],
    [living, inSync],
  ] as const) {
    if (object instanceof Condition) await user.call('acquireSync');
    await user.wait(method);
  }
  await Promise.all([blocked.child.kill(), awaiting.child.kill()]);
  one.call(object as never);
  expect(await living.result(inSync)).toMatch(one.result);
});

/** A fair lock is handed to the first that waits, stopped or not. */
const unfair = calls.filter(({ name }) => !name.includes('fair'));

test.each(unfair)('$name returns although sleepers are stopped, and another one goes on', async (one) => {
  using object: Shared = one.make();
  const [blocked, awaiting, living] = [new User(object), new User(object), new User(object)];
  const [inSync, inAsync] = one.waits;
  for (const [user, method] of [
    [blocked, inSync],
    [awaiting, inAsync],
    [living, inAsync],
  ] as const) {
    if (object instanceof Condition) await user.call('acquireSync');
    await user.wait(method);
  }
  for (const { child } of [blocked, awaiting]) process.kill(child.pid, 'SIGSTOP');
  one.call(object as never);
  expect(await living.result(inAsync)).toMatch(one.result);
});
