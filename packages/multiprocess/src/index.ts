export {
  ArrayProxy,
  BarrierProxy,
  BoundedSemaphoreProxy,
  Client,
  ConditionProxy,
  DictProxy,
  EventProxy,
  IteratorProxy,
  JoinableQueueProxy,
  ListProxy,
  Listener,
  LockProxy,
  Manager,
  ManagerProxy,
  NamespaceProxy,
  QueueProxy,
  RLockProxy,
  SemaphoreProxy,
  SocketConnection,
  ValueProxy,
} from '@multiprocess/manager';
export type {
  ClientOptions,
  InstanceProxy,
  ListenerOptions,
  ManagerConnectOptions,
  ManagerOptions,
  RegisterOptions,
} from '@multiprocess/manager';
export { Process, activeChildren, cpuCount, currentProcess, isMainProcess, parentProcess } from '@multiprocess/process';
export type { ProcessOptions } from '@multiprocess/process';
export { Queue } from '@multiprocess/queue';
export type { QueueOptions, ShutdownOptions } from '@multiprocess/queue';
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
  SegmentInfo,
  SharedMemoryOptions,
  SharedObject,
  WaitOptions,
  WorkerEnd,
} from '@multiprocess/shared-memory';
export { Barrier, BoundedSemaphore, Condition, Event, Guard, Lock, RLock, Semaphore } from '@multiprocess/sync';
export type {
  BarrierOptions,
  ConditionOptions,
  EventOptions,
  LockOptions,
  RLockOptions,
  SemaphoreOptions,
} from '@multiprocess/sync';
export { SharedArray, SharedValue, ShareableList } from '@multiprocess/values';
export type { CellOptions, SlotValue, ValueType, ValueTypes } from '@multiprocess/values';
