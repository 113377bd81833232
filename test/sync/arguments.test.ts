import { Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, RWLock, Semaphore } from '@multiprocess/sync';
import { describe, expect, test } from 'vitest';
import { testWrongArguments } from '../helpers/wrong-arguments.js';
import type { ReadLock, WriteLock } from '@multiprocess/sync';
import type { CallUnderTest } from '../helpers/wrong-arguments.js';

type Acquirable = BoundedSemaphore | Condition | Lock | ReadLock | RLock | Semaphore | WriteLock;

const { readLock, writeLock } = new RWLock();
const objects = {
  BoundedSemaphore: new BoundedSemaphore(),
  Condition: new Condition(),
  Lock: new Lock(),
  ReadLock: readLock,
  RLock: new RLock(),
  Semaphore: new Semaphore(),
  WriteLock: writeLock,
};
const barrier = new Barrier({ parties: 2 });
const event = new Event();

function acquirableCalls(name: string, object: Acquirable): Record<string, CallUnderTest> {
  const fn = () => 1;
  return {
    [`${name}.acquire`]: { call: async (options) => object.acquire(options), args: [{}] },
    [`${name}.acquireSync`]: { call: (options) => object.acquireSync(options), args: [{}] },
    [`${name}.hold`]: { call: async (options) => object.hold(options), args: [{}] },
    [`${name}.holdSync`]: { call: (options) => object.holdSync(options), args: [{}] },
    [`${name}.run`]: { call: async (...args: Parameters<Lock['run']>) => object.run(...args), args: [fn, {}] },
    [`${name}.runSync`]: { call: (...args: Parameters<Lock['runSync']>) => object.runSync(...args), args: [fn, {}] },
  };
}

const handle = (): string => objects.Lock.handle;
const wrongPermits = [-1, 1.5, NaN, Infinity];

testWrongArguments(
  'sync',
  {
    ...Object.fromEntries(
      Object.entries(objects).flatMap(([name, object]) => Object.entries(acquirableCalls(name, object))),
    ),
    Barrier: { call: (options: never) => new Barrier(options), args: [{ parties: 2 }] },
    'Barrier.attach': { call: (given) => Barrier.attach(given), args: [handle()] },
    'Barrier.wait': { call: (options) => barrier.wait(options), args: [{}] },
    'Barrier.waitSync': { call: (options) => barrier.waitSync(options), args: [{}] },
    BoundedSemaphore: {
      call: (options) => new BoundedSemaphore(options),
      args: [{}],
      wrongSizes: { 'options.value': [...wrongPermits, 2 ** 16 + 1] },
    },
    'BoundedSemaphore.attach': { call: (given) => BoundedSemaphore.attach(given), args: [handle()] },
    'BoundedSemaphore.release': {
      call: (n) => objects.BoundedSemaphore.release(n),
      args: [1],
      wrongSizes: { n: [0, ...wrongPermits] },
    },
    Condition: { call: (options) => new Condition(options), args: [{}] },
    'Condition.attach': { call: (given) => Condition.attach(given), args: [handle()] },
    'Condition.notify': { call: (n) => objects.Condition.notify(n), args: [1], wrongSizes: { n: [NaN] } },
    'Condition.wait': { call: (options) => objects.Condition.wait(options), args: [{}] },
    'Condition.waitSync': { call: (options) => objects.Condition.waitSync(options), args: [{}] },
    'Condition.waitFor': {
      call: async (...args: Parameters<Condition['waitFor']>) => objects.Condition.waitFor(...args),
      args: [() => true, {}],
    },
    'Condition.waitForSync': {
      call: (...args: Parameters<Condition['waitForSync']>) => objects.Condition.waitForSync(...args),
      args: [() => true, {}],
    },
    Event: { call: (options) => new Event(options), args: [{}] },
    'Event.attach': { call: (given) => Event.attach(given), args: [handle()] },
    'Event.wait': { call: (options) => event.wait(options), args: [{}] },
    'Event.waitSync': { call: (options) => event.waitSync(options), args: [{}] },
    Lock: { call: (options) => new Lock(options), args: [{}] },
    'Lock.attach': { call: (given) => Lock.attach(given), args: [handle()] },
    RLock: { call: (options) => new RLock(options), args: [{}] },
    'RLock.attach': { call: (given) => RLock.attach(given), args: [handle()] },
    RWLock: { call: (options) => new RWLock(options), args: [{}] },
    'RWLock.attach': { call: (given) => RWLock.attach(given), args: [handle()] },
    Semaphore: {
      call: (options) => new Semaphore(options),
      args: [{}],
      wrongSizes: { 'options.value': [...wrongPermits, 2 ** 31] },
    },
    'Semaphore.attach': { call: (given) => Semaphore.attach(given), args: [handle()] },
    'Semaphore.release': {
      call: (n) => objects.Semaphore.release(n),
      args: [1],
      wrongSizes: { n: [0, ...wrongPermits] },
    },
  },
  (name) => /^[A-Z][a-z]|^RW?Lock$/.test(name) && name !== 'LockContext',
);

// The declarations of its constructor are two, of which only what both have is visited above.
describe('Barrier()', () => {
  test.each([
    [{ parties: '2' }, TypeError, /^parties must be a whole number from 1 to 4096, received '2' \(string\)$/],
    [{ parties: 0 }, RangeError, /^parties must be .+, received 0 \(number\)$/],
    [{ parties: NaN }, RangeError, /^parties must be .+, received NaN \(number\)$/],
    [{ parties: 4097 }, RangeError, /^parties must be .+, received 4097 \(number\)$/],
    [{ parties: 2, action: 5 }, TypeError, /^action must be a function, received 5 \(number\)$/],
    [{ parties: 2, timeout: NaN }, TypeError, /^timeout must be a number of milliseconds, received NaN \(number\)$/],
    [{ name: 'a barrier', create: false, action: 5 }, TypeError, /^action must be/],
    [{ name: 'a barrier', create: false, timeout: '5' }, TypeError, /^timeout must be/],
  ])('refuses %o', (options, error, message) => {
    expect(() => new Barrier(options as never)).toThrow(error);
    expect(() => new Barrier(options as never)).toThrow(message);
  });
});
