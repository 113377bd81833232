import * as sharedMemory from '@multiprocess/shared-memory';
import { expect, test } from 'vitest';

// Programs test for these, and they travel between versions: they never change.
const codes: Record<string, string> = {
  TimeoutError: 'ERR_MULTIPROCESS_TIMEOUT',
  ClosedError: 'ERR_MULTIPROCESS_CLOSED',
  EOFError: 'ERR_MULTIPROCESS_EOF',
  BrokenPipeError: 'ERR_MULTIPROCESS_BROKEN_PIPE',
  QueueEmptyError: 'ERR_MULTIPROCESS_QUEUE_EMPTY',
  QueueFullError: 'ERR_MULTIPROCESS_QUEUE_FULL',
  QueueShutDownError: 'ERR_MULTIPROCESS_QUEUE_SHUT_DOWN',
  BufferTooShortError: 'ERR_MULTIPROCESS_BUFFER_TOO_SHORT',
  BrokenBarrierError: 'ERR_MULTIPROCESS_BROKEN_BARRIER',
  NotOwnedError: 'ERR_MULTIPROCESS_NOT_OWNED',
  DeadlockError: 'ERR_MULTIPROCESS_DEADLOCK',
  SerializationError: 'ERR_MULTIPROCESS_SERIALIZATION',
  HandleError: 'ERR_MULTIPROCESS_HANDLE',
  CorruptSegmentError: 'ERR_MULTIPROCESS_CORRUPT_SEGMENT',
  OutOfMemoryError: 'ERR_MULTIPROCESS_OUT_OF_MEMORY',
  SystemError: 'ERR_MULTIPROCESS_SYSTEM',
  ProcessStartError: 'ERR_MULTIPROCESS_PROCESS_START',
  WorkerDiedError: 'ERR_MULTIPROCESS_WORKER_DIED',
  RemoteError: 'ERR_MULTIPROCESS_REMOTE',
  AuthenticationError: 'ERR_MULTIPROCESS_AUTHENTICATION',
  ProtocolError: 'ERR_MULTIPROCESS_PROTOCOL',
  ManagerClosedError: 'ERR_MULTIPROCESS_MANAGER_CLOSED',
  UnsupportedPlatformError: 'ERR_MULTIPROCESS_UNSUPPORTED_PLATFORM',
  CalledProcessError: 'ERR_MULTIPROCESS_CALLED_PROCESS',
  OutputLimitError: 'ERR_MULTIPROCESS_OUTPUT_LIMIT',
  DaemonError: 'ERR_MULTIPROCESS_DAEMON',
  EngineConnectionError: 'ERR_MULTIPROCESS_ENGINE_CONNECTION',
  EngineConfigError: 'ERR_MULTIPROCESS_ENGINE_CONFIG',
  LockLostError: 'ERR_MULTIPROCESS_LOCK_LOST',
};

type ErrorClass = new (message: string, ...more: unknown[]) => sharedMemory.MultiprocessError;
const classes = Object.entries(sharedMemory as Record<string, unknown>).filter(
  ([name]) => /^[A-Z].*Error$/.test(name) && name !== 'MultiprocessError',
) as [string, ErrorClass][];

test('every class of errors has its code, and there are no others', () => {
  const found = classes.map(([name, one]) => [name, new one('message', {}, {}).code] as const);
  expect(Object.fromEntries(found)).toEqual(codes);
});

test('TimeoutExpired is a TimeoutError, and has its code', () => {
  const error = new sharedMemory.TimeoutExpired('message', { cmd: 'cmd', timeout: 1, stdout: null, stderr: null });
  expect(error).toBeInstanceOf(sharedMemory.TimeoutError);
  expect([error.name, error.code]).toEqual(['TimeoutExpired', 'ERR_MULTIPROCESS_TIMEOUT']);
});

test.each(classes)('%s is a MultiprocessError of that name', (name, one) => {
  const error = new one('message', {}, {});
  expect(error).toBeInstanceOf(sharedMemory.MultiprocessError);
  expect(error).toBeInstanceOf(Error);
  expect([error.name, error.message]).toEqual([name, 'message']);
  expect(Object.keys(error)).not.toContain('name'); // it belongs to the class
});
