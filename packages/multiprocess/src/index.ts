export { Process, activeChildren, cpuCount, currentProcess, isMainProcess, parentProcess } from '@multiprocess/process';
export type { ProcessOptions } from '@multiprocess/process';
export { JoinableQueue, Queue, SimpleQueue } from '@multiprocess/queue';
export type { QueueCounters, QueueOptions, ShutdownOptions, SimpleQueueOptions } from '@multiprocess/queue';
export { deserialize, registerClass, registerType, serialize, task } from '@multiprocess/serialization';
export {
  AuthenticationError,
  BrokenBarrierError,
  BrokenPipeError,
  BufferTooShortError,
  ClosedError,
  CorruptSegmentError,
  DeadlockError,
  EOFError,
  HandleError,
  ManagerClosedError,
  MultiprocessError,
  NotOwnedError,
  OutOfMemoryError,
  ProcessStartError,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
  RemoteError,
  SerializationError,
  SharedMemory,
  TimeoutError,
  UnsupportedPlatformError,
  WorkerDiedError,
  attach,
  listSegments,
  removeOrphans,
} from '@multiprocess/shared-memory';
export type {
  MultiprocessErrorCode,
  ObjectEvent,
  SegmentInfo,
  SharedMemoryOptions,
  SharedObject,
  TakeOverEvent,
  WaitOptions,
  WorkerEnd,
} from '@multiprocess/shared-memory';
export { Guard, Lock } from '@multiprocess/sync';
export type { LockOptions } from '@multiprocess/sync';
