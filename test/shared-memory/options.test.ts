import { Pipe } from '@multiprocess/pipe';
import { JoinableQueue, Queue, SimpleQueue } from '@multiprocess/queue';
import { SharedMemory } from '@multiprocess/shared-memory';
import { Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, RWLock, Semaphore } from '@multiprocess/sync';
import { ShareableList, SharedArray, SharedValue } from '@multiprocess/values';
import { describe, expect, test } from 'vitest';

const makers: Readonly<Record<string, (options: never) => unknown>> = {
  SharedMemory: (options) => new SharedMemory(options),
  Lock: (options) => new Lock(options),
  RLock: (options) => new RLock(options),
  RWLock: (options) => new RWLock(options),
  Semaphore: (options) => new Semaphore(options),
  BoundedSemaphore: (options) => new BoundedSemaphore(options),
  Condition: (options) => new Condition(options),
  Event: (options) => new Event(options),
  Barrier: (options) => new Barrier(options),
  Queue: (options) => new Queue(options),
  JoinableQueue: (options) => new JoinableQueue(options),
  SimpleQueue: (options) => new SimpleQueue(options),
  'Pipe.duplex': (options) => Pipe.duplex(options),
  'Pipe.simplex': (options) => Pipe.simplex(options),
  SharedValue: (options) => new SharedValue('i32', 0, options),
  SharedArray: (options) => new SharedArray('i32', 1, options),
  ShareableList: (options) => new ShareableList([1], options),
};

/** What an object cannot be made without. */
const NEEDED: Readonly<Record<string, object>> = { SharedMemory: { size: 64 }, Barrier: { parties: 2 } };

// As in Python: Queue(10), Semaphore(3), Condition(lock). Passed over, it would be a queue without limit, one permit, another lock.
describe.each(Object.entries(makers))('%s', (_name, make) => {
  test.each([10, 'a name', true, false, null, ['a list'], () => 0])(
    'of %j in the place of options is a TypeError',
    (bad) => {
      expect(() => make(bad as never)).toThrow(TypeError);
      expect(() => make(bad as never)).toThrow(/like \{ .+received/);
    },
  );

  test('of a lock in the place of options is a TypeError', () => {
    using lock = new Lock();
    expect(() => make(lock as never)).toThrow(/like \{ .+received Lock/);
  });
});

describe.each(Object.entries(makers).filter(([name]) => !name.startsWith('Pipe')))('%s', (kind, make) => {
  const parameters = NEEDED[kind] ?? {};

  test.each([null, 5, {}])('with the name %j is a TypeError', (name) => {
    expect(() => make({ ...parameters, name } as never)).toThrow(/name must be a string, received/);
  });

  test.each([
    { what: 'an empty name', name: '' },
    { what: 'half of a surrogate pair', name: 'half \ud800' },
    { what: 'a name of 201 characters', name: 'x'.repeat(201) },
  ])('with $what is a RangeError', ({ name }) => {
    expect(() => make({ ...parameters, name } as never)).toThrow(RangeError);
  });
});

test('shutdown() of something in the place of options is a TypeError, and shuts nothing down', () => {
  using queue = new Queue<number>();
  for (const bad of [true, null, 'now']) expect(() => queue.shutdown(bad as never)).toThrow(TypeError);
  queue.putSync(1);
  expect(queue.getSync()).toBe(1);
});
