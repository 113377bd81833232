import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  JoinableQueue,
  Lock,
  Queue,
  RLock,
  RWLock,
  Semaphore,
  ShareableList,
  SharedArray,
  SharedMemory,
  SharedValue,
  SimpleQueue,
} from 'multiprocess';
import { HandleError, listSegments } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';

interface Named {
  readonly name: string;
  readonly create?: false;
}
type Make = (named: Named) => { readonly handle: string; close(): void };

/** How each is made, how it is attached to, and how it is asked for with what it is not. */
const kinds: [string, Make, Make, Make | undefined][] = [
  ['Lock', (o) => new Lock(o), (o) => new Lock(o), undefined],
  ['fair Lock', (o) => new Lock({ ...o, fair: true }), (o) => new Lock(o), (o) => new Lock({ ...o, fair: false })],
  ['RLock', (o) => new RLock(o), (o) => new RLock(o), undefined],
  ['RWLock', (o) => new RWLock(o), (o) => new RWLock(o), undefined],
  ['Event', (o) => new Event(o), (o) => new Event(o), undefined],
  ['Condition', (o) => new Condition(o), (o) => new Condition(o), (o) => new Condition({ ...o, lock: new Lock() })],
  [
    'Semaphore',
    (o) => new Semaphore({ ...o, value: 3 }),
    (o) => new Semaphore(o),
    (o) => new Semaphore({ ...o, value: 4 }),
  ],
  [
    'BoundedSemaphore',
    (o) => new BoundedSemaphore({ ...o, value: 3 }),
    (o) => new BoundedSemaphore(o),
    (o) => new BoundedSemaphore({ ...o, value: 4 }),
  ],
  [
    'Barrier',
    (o) => new Barrier({ ...o, parties: 3 }),
    (o) => new Barrier(o as { name: string; create: false }),
    (o) => new Barrier({ ...o, parties: 2 }),
  ],
  ['Queue', (o) => new Queue({ ...o, maxsize: 3 }), (o) => new Queue(o), (o) => new Queue({ ...o, maxsize: 4 })],
  [
    'JoinableQueue',
    (o) => new JoinableQueue({ ...o, maxsize: 3 }),
    (o) => new JoinableQueue(o),
    (o) => new JoinableQueue({ ...o, maxsize: 4 }),
  ],
  ['SimpleQueue', (o) => new SimpleQueue(o), (o) => new SimpleQueue(o), undefined],
  [
    'SharedMemory',
    (o) => new SharedMemory({ ...o, size: 100 }),
    (o) => new SharedMemory(o as { name: string; create: false }),
    (o) => new SharedMemory({ ...o, size: 200 }),
  ],
  [
    'SharedValue',
    (o) => new SharedValue('i32', 7, o),
    (o) => new SharedValue('i32', undefined, o),
    (o) => new SharedValue('f64', undefined, o),
  ],
  [
    'SharedArray',
    (o) => new SharedArray('i32', [1, 2], o),
    (o) => new SharedArray('i32', 2, o),
    (o) => new SharedArray('i32', 3, o),
  ],
  [
    'ShareableList',
    (o) => new ShareableList([1, 'two'], o),
    (o) => new ShareableList(undefined, o),
    (o) => new ShareableList([1], o),
  ],
];

describe.each(kinds)('%s with create: false', (kind, make, attach, wrong) => {
  const named = { name: `attach-only-${kind}`, create: false } as const;

  test('attaches to the one of that name', () => {
    const first = make({ name: named.name });
    const second = attach(named);
    expect(second.handle).toBe(first.handle);
    second.close();
    first.close();
  });

  test('creates none: it throws a HandleError, and nothing is left', () => {
    expect(() => attach(named)).toThrow(HandleError);
    expect(() => attach(named)).toThrow(`named "${named.name}"`);
    expect(listSegments().filter(({ name }) => name === named.name)).toEqual([]);
  });

  test.runIf(wrong !== undefined)('checks options that are given beside the name', () => {
    const first = make({ name: named.name });
    expect(() => wrong?.(named)).toThrow(HandleError);
    first.close();
  });

  test('is refused without a name, and if it is not a boolean', () => {
    expect(() => attach({ create: false } as never)).toThrow(TypeError);
    expect(() => attach({ create: false } as never)).toThrow(/give name, or the handle to attach\(\)/);
    expect(() => make({ name: named.name, create: 0 as never })).toThrow('create must be true or false, received 0');
  });
});

test('options that are left out are taken from the object', () => {
  using barrier = new Barrier({ name: 'as-there', parties: 5 });
  using sameBarrier = new Barrier({ name: 'as-there', create: false });
  expect(sameBarrier.parties).toBe(barrier.parties);
  using queue = new Queue({ name: 'as-there-queue', maxsize: 9 });
  using sameQueue = new Queue({ name: 'as-there-queue', create: false });
  expect(sameQueue.maxsize).toBe(queue.maxsize);
  using memory = new SharedMemory({ name: 'as-there-memory', size: 77 });
  using sameMemory = new SharedMemory({ name: 'as-there-memory', create: false });
  expect(sameMemory.size).toBe(memory.size);
  using semaphore = new Semaphore({ name: 'as-there-semaphore', value: 4 });
  using sameSemaphore = new Semaphore({ name: 'as-there-semaphore', create: false });
  expect(sameSemaphore.value).toBe(semaphore.value);
});
