import * as buffers from '@multiprocess/buffers';
import * as bullmq from '@multiprocess/bullmq';
import * as manager from '@multiprocess/manager';
import * as map from '@multiprocess/map';
import * as daemon from '@multiprocess/daemon';
import * as pipe from '@multiprocess/pipe';
import * as pool from '@multiprocess/pool';
import * as queue from '@multiprocess/queue';
import * as redis from '@multiprocess/redis';
import * as sharedMemory from '@multiprocess/shared-memory';
import * as signal from '@multiprocess/signal';
import * as subprocess from '@multiprocess/subprocess';
import * as sync from '@multiprocess/sync';
import * as values from '@multiprocess/values';
import { expect, test } from 'vitest';

// What users import. A name that leaves this list breaks their programs; one that joins it is a promise.
test('exports of @multiprocess/queue', () => {
  expect(Object.keys(queue).sort()).toEqual(['JoinableQueue', 'Queue', 'SimpleQueue']);
});

test('exports of @multiprocess/pipe', () => {
  expect(Object.keys(pipe).sort()).toEqual(['Connection', 'Pipe', 'waitReady', 'waitReadySync']);
});

test('exports of @multiprocess/buffers', () => {
  expect(Object.keys(buffers).sort()).toEqual(['BufferPool', 'SharedBuffer']);
});

test('exports of @multiprocess/pool', () => {
  expect(Object.keys(pool).sort()).toEqual([
    ...['AsyncResult', 'CallResult', 'Imap', 'InputSources', 'POOL_OPTIONS', 'Pool', 'TASK_NAME', 'TASK_OPTIONS'],
    ...['beginInput', 'callback', 'cancelledError', 'checkApply', 'checkImap', 'checkMap', 'encodeReports', 'failure'],
    ...['reportProgress', 'taskSignal'],
  ]);
});

test('exports of @multiprocess/sync', () => {
  const forUsers = [
    'Barrier',
    'BoundedSemaphore',
    'Condition',
    'Event',
    'Guard',
    'Lock',
    'RLock',
    'RWLock',
    'Semaphore',
  ];
  const forPackages = ['LockContext', 'apart', 'isLock', 'notAwaited'];
  expect(Object.keys(sync).sort()).toEqual([...forUsers, ...forPackages].sort());
});

test('exports of @multiprocess/values', () => {
  const forUsers = ['SharedArray', 'SharedValue', 'ShareableList'];
  expect(Object.keys(values).sort()).toEqual([...forUsers, 'cellsOf', 'checkType'].sort());
});

test('exports of @multiprocess/map', () => {
  expect(Object.keys(map)).toEqual(['SharedMap']);
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
    'PoolProxy',
    'PoolResultProxy',
    'ProxyGuard',
    'QueueProxy',
    'RLockProxy',
    'SemaphoreProxy',
    'SocketConnection',
    'ValueProxy',
  ]);
});

test('exports of @multiprocess/redis', () => {
  expect(Object.keys(redis).sort()).toEqual([
    'RedisBarrier',
    'RedisBoundedSemaphore',
    'RedisCondition',
    'RedisDict',
    'RedisEvent',
    'RedisGuard',
    'RedisJoinableQueue',
    'RedisList',
    'RedisLock',
    'RedisNamespace',
    'RedisQueue',
    'RedisRLock',
    'RedisSemaphore',
    'RedisStore',
    'RedisValue',
    'connect',
    'examineServer',
    'listObjects',
  ]);
});

test('exports of @multiprocess/bullmq', () => {
  expect(Object.keys(bullmq).sort()).toEqual([
    ...['Agent', 'DistributedPool', 'DistributedResult'],
    ...['reportProgress', 'task', 'taskSignal'],
  ]);
});

test('exports of @multiprocess/subprocess', () => {
  expect(Object.keys(subprocess).sort()).toEqual([
    'CalledProcessError',
    'CompletedProcess',
    'DEVNULL',
    'OutputLimitError',
    'PIPE',
    'PipedCommand',
    'Popen',
    'STDOUT',
    'TimeoutExpired',
    '_exit',
    'abort',
    'call',
    'callSync',
    'checkCall',
    'checkCallSync',
    'checkOutput',
    'checkOutputSync',
    'command',
    'execl',
    'execle',
    'execlp',
    'execlpe',
    'execv',
    'execve',
    'execvp',
    'execvpe',
    'getoutput',
    'getoutputSync',
    'getstatusoutput',
    'getstatusoutputSync',
    'popen',
    'run',
    'runSync',
    'shellCommand',
    'system',
    'systemSync',
  ]);
});

test('exports of @multiprocess/signal', () => {
  expect(Object.keys(signal).sort()).toEqual([
    'SIG_DFL',
    'SIG_IGN',
    'TimeoutError',
    'alarm',
    'blockSignals',
    'getSignal',
    'getitimer',
    'kill',
    'onShutdown',
    'pause',
    'pendingSignals',
    'raiseSignal',
    'setitimer',
    'signal',
    'signals',
    'sigtimedwait',
    'sigwait',
    'strsignal',
    'unblockSignals',
    'validSignals',
  ]);
});

test('exports of @multiprocess/daemon', () => {
  expect(Object.keys(daemon).sort()).toEqual(['Daemon', 'DaemonError', 'daemonize', 'notifyReady', 'task']);
});

test('exports of @multiprocess/shared-memory', () => {
  const names = Object.keys(sharedMemory);
  const forUsers = [
    'AuthenticationError',
    'BrokenBarrierError',
    'BrokenPipeError',
    'BufferTooShortError',
    'CalledProcessError',
    'ClosedError',
    'CorruptSegmentError',
    'DaemonError',
    'DeadlockError',
    'EOFError',
    'HandleError',
    'ManagerClosedError',
    'MultiprocessError',
    'NotOwnedError',
    'OutOfMemoryError',
    'OutputLimitError',
    'ProcessStartError',
    'QueueEmptyError',
    'QueueFullError',
    'QueueShutDownError',
    'RemoteError',
    'SerializationError',
    'SharedMemory',
    'TimeoutError',
    'TimeoutExpired',
    'UnsupportedPlatformError',
    'WorkerDiedError',
    'attach',
    'listSegments',
    'removeOrphans',
  ];
  expect(forUsers.filter((name) => !names.includes(name))).toEqual([]);
});
