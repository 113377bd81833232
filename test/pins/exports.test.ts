import * as queue from '@multiprocess/queue';
import * as sharedMemory from '@multiprocess/shared-memory';
import * as sync from '@multiprocess/sync';
import { expect, test } from 'vitest';

// What users import. A name that leaves this list breaks their programs; one that joins it is a promise.
test('exports of @multiprocess/queue', () => {
  expect(Object.keys(queue).sort()).toEqual(['JoinableQueue', 'Queue', 'SimpleQueue']);
});

test('exports of @multiprocess/sync', () => {
  expect(Object.keys(sync).sort()).toEqual(['Guard', 'Lock']);
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
