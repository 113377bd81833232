import * as manager from '@multiprocess/manager';
import * as queue from '@multiprocess/queue';
import * as sharedMemory from '@multiprocess/shared-memory';
import * as sync from '@multiprocess/sync';
import * as values from '@multiprocess/values';
import { expect, test } from 'vitest';

// What users import. A name that leaves this list breaks their programs; one that joins it is a promise.
test('exports of @multiprocess/queue', () => {
  expect(Object.keys(queue).sort()).toEqual(['Queue']);
});

test('exports of @multiprocess/sync', () => {
  const forUsers = ['Barrier', 'BoundedSemaphore', 'Condition', 'Event', 'Guard', 'Lock', 'RLock', 'Semaphore'];
  const forPackages = ['AsyncHold', 'THREAD', 'asyncHold', 'ownership'];
  expect(Object.keys(sync).sort()).toEqual([...forUsers, ...forPackages].sort());
});

test('exports of @multiprocess/values', () => {
  const forUsers = ['SharedArray', 'SharedValue', 'ShareableList'];
  expect(Object.keys(values).sort()).toEqual([...forUsers, 'cellsOf', 'checkType'].sort());
});

test('exports of @multiprocess/manager', () => {
  expect(Object.keys(manager).sort()).toEqual([
    'ArrayProxy',
    'BarrierProxy',
    'BoundedSemaphoreProxy',
    'Client',
    'ConditionProxy',
    'DictProxy',
    'EventProxy',
    'Factory',
    'IteratorProxy',
    'JoinableQueueProxy',
    'ListProxy',
    'Listener',
    'LockProxy',
    'Manager',
    'ManagerProxy',
    'NamespaceProxy',
    'ProxyGuard',
    'QueueProxy',
    'RLockProxy',
    'SemaphoreProxy',
    'SocketConnection',
    'ValueProxy',
  ]);
});

test('exports of @multiprocess/shared-memory', () => {
  const names = Object.keys(sharedMemory);
  const forUsers = [
    'AuthenticationError',
    'BrokenBarrierError',
    'BrokenPipeError',
    'BufferTooShortError',
    'ClosedError',
    'CorruptSegmentError',
    'DeadlockError',
    'EOFError',
    'HandleError',
    'ManagerClosedError',
    'MultiprocessError',
    'NotOwnedError',
    'OutOfMemoryError',
    'ProcessStartError',
    'QueueEmptyError',
    'QueueFullError',
    'QueueShutDownError',
    'RemoteError',
    'SerializationError',
    'SharedMemory',
    'TimeoutError',
    'UnsupportedPlatformError',
    'WorkerDiedError',
    'attach',
    'listSegments',
    'removeOrphans',
  ];
  expect(forUsers.filter((name) => !names.includes(name))).toEqual([]);
});
