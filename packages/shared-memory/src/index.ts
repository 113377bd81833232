export { blockThread } from './runtime/block-thread.js';
export { tellOfTakeOver, type ObjectEvent, type TakeOverEvent } from './base/diagnostics.js';
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
  ProtocolError,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
  RemoteError,
  SerializationError,
  SystemError,
  TimeoutError,
  UnsupportedPlatformError,
  WorkerDiedError,
} from './base/errors.js';
export type { MultiprocessErrorCode, WorkerEnd } from './base/errors.js';
export { CalledProcessError, DaemonError, OutputLimitError, TimeoutExpired } from './base/program-errors.js';
export type { ProgramReport } from './base/program-errors.js';
export { EngineConfigError, EngineConnectionError, LockLostError } from './base/store-errors.js';
export { listSegments, type SegmentInfo } from './inspect/list-segments.js';
export { removeOrphans } from './inspect/remove-orphans.js';
export { attach, formatHandle, parseHandle, registerKind, registerLook } from './handles/attach.js';
export type { Attach, Look, ObjectState, Peek, WorkerCounts } from './handles/attach.js';
export { SHARED_OBJECT, isSharedObject, type SharedObject } from './base/shared-object.js';
export { SharedMemory, type MemoryToAttach, type SharedMemoryOptions } from './objects/shared-memory.js';
export { checkAuthkey } from './arguments/check-authkey.js';
export { checkInteger, checkMode, checkNumber, type NumberLimits } from './arguments/check-number.js';
export {
  argumentError,
  checkArray,
  checkBoolean,
  checkFunction,
  checkOneOf,
  checkString,
} from './arguments/check-type.js';
export { notByNew } from './arguments/not-by-new.js';
export { received } from './arguments/received.js';
export { checkIterable } from './arguments/check-iterable.js';
export { checkNaming, NAME_OPTIONS, type NameOptions, type Naming } from './arguments/name-options.js';
export { checkKnown } from './arguments/known-options.js';
export { checkOptions, checkRecord } from './arguments/check-options.js';
export { checkBlockingTimeout, checkSignal, checkTimeout, WAIT_OPTIONS, within } from './arguments/wait-options.js';
export type { BlockOptions, WaitOptions } from './arguments/wait-options.js';
export type { AsyncForms } from './store/async-forms.js';
export type { DictMethods } from './store/dict-methods.js';
export type { ListMethods } from './store/list-methods.js';
export type { ObjectStore, StoreBarrierOptions, StoreQueueOptions } from './store/object-store.js';
export type { QueueMethods, StoreJoinableWaits, StoreQueueWaits } from './store/queue-methods.js';
export type { ArrayMethods, NamespaceMethods, ValueMethods } from './store/small-methods.js';
export type {
  StoreDict,
  StoreDictUpdate,
  StoreJoinableQueue,
  StoreList,
  StoreListTransforms,
  StoreNamespace,
  StoreQueue,
  StoreValue,
} from './store/store-containers.js';
export type {
  StoreAcquirable,
  StoreBarrier,
  StoreCondition,
  StoreEvent,
  StoreGuard,
  StoreLock,
  StoreSemaphore,
} from './store/store-locks.js';
export type { BarrierMethods, EventMethods } from './store/sync-methods.js';

// For the packages of this toolkit: what primitives are made of, by folders, the lowest first.
export {
  abortReason,
  isAbortSignal,
  isError,
  isMisuse,
  isPlainObject,
  isThenable,
  isUrl,
  throwIfAborted,
} from './base/built-ins.js';
export { host, hostName, hostVersion } from './base/host.js';
export { markAsUncloneable } from './base/uncloneable.js';
export { clock } from './base/clock.js';
export { hasErrorCode, systemErrorOf, throwIfErrno } from './base/errno.js';
export { LongTimer } from './base/long-timer.js';
export { randomBytes } from './base/random.js';
export { explainRefusal, systemReason, withSystemReason, type SystemPlace } from './platform/system-errors.js';
export { childStatus, type ChildStatus } from './platform/child-status.js';
export { closeDescriptor, handOver } from './platform/descriptor.js';
export { hasNative, native, onceAThread, posixNative, type Native } from './platform/platform.js';
export {
  addressesLeft,
  argumentsOf,
  descriptorLimit,
  environmentOf,
  isRegisteredFormat,
  lockHolders,
  ownProgram,
} from './platform/index.js';
export { descendantsOf, hasEnded, ignoresSignal, processStat, runningProcesses, userOf } from './platform/index.js';
export { descriptorPath, folderAccess, isKernelFolder, withoutDescriptorPath } from './platform/index.js';
export { maxSocketPathBytes, type ProcessStat } from './platform/index.js';
export { atExit } from './runtime/at-exit.js';
export { inheritedExecArgv } from './runtime/exec-arguments.js';
export { whileImporting } from './runtime/importing.js';
export { LoopYield } from './runtime/loop-yield.js';
export { childEnvironment, nodeCommand, type NodeCommand } from './runtime/node-command.js';
export { isSingleExecutable } from './runtime/single-executable.js';
export { becomeChild, origin, type Origin } from './runtime/origin.js';
export { newFunction, ownModule } from './runtime/own-module.js';
export { ownUrl, programFile, programUrl, type ProgramPlace } from './runtime/program-file.js';
export { refuseEndlessStart } from './runtime/refuse-start.js';
export { threadTable } from './runtime/thread-table.js';
export { workingDirectoryFault } from './runtime/working-directory.js';
export { DIRECTORY_VARIABLE, defaultDirectory, segmentDirectory } from './files/directory.js';
export { DESCRIBE, describable, shownClass, type Describable, type Description } from './base/describe.js';
export { adviceOnSending, notSent } from './handles/not-sent.js';
export { hasReceiver, registerReceivers } from './handles/receivers.js';
export { shownName } from './handles/shown-name.js';
export {
  HAND_OVER,
  TransferList,
  beginMessage,
  dropMessage,
  endMessage,
  hasReceived,
  lookAfterTransfers,
  noteTransfer,
  takeTransfers,
} from './handles/transfers.js';
export type { Carrier, Delivery, HandsOver, Transfer } from './handles/transfers.js';
export { amountOf, checkAmount, functionOf, indexOf, listOf } from './store/element-arguments.js';
export { freeze } from './store/freeze.js';
export { Held } from './store/held.js';
export { AtomicsParker } from './wait/atomics-parker.js';
export { EventCount } from './wait/event-count.js';
export { onAborted } from './wait/on-aborted.js';
export { OwnerMutex, ownerIn } from './wait/owner-mutex.js';
export { park, spin, type GroupParker, type Parker, type WaitRequest, type Watch } from './wait/parker.js';
export { settleOnce, type Settling, type WaitLimits } from './wait/settle-once.js';
export { SpinBudget } from './wait/spin-budget.js';
export { awaitSteps, blockSteps, step, type Step, type Steps } from './wait/steps.js';
export type { OwnerDescription, Thread } from './wait/thread.js';
export { waitAny, waitAnySync } from './wait/wait-any.js';
export { isSharedMemory, objectOf, type ObjectPlace } from './wait/mapped-words.js';
export { WaitQueue } from './wait/wait-queue.js';
export { runAtOnce, waitSync, type Coroutine } from './wait/wait-sync.js';
export { WAITABLE, isWaitable, type WaitForm, type Waitable } from './wait/waitable.js';
export type { Doorbell } from './thread/doorbell.js';
export { FutexParker } from './thread/futex-parker.js';
export type { Registry, SlotWord } from './thread/registry.js';
export { MAX_SLOTS as MAX_THREADS } from './thread/registry-layout.js';
export { sweepIfPossible } from './thread/sweep.js';
export { thisThread, type RegisteredThread } from './thread/this-thread.js';
export { wholeLines } from './cells/cell-sizes.js';
export { SLAB_HOLDERS, SlabCells } from './cells/slab-cells.js';
export { ObjectMemory, type ObjectPlan } from './segment/object-memory.js';
export { SegmentPart, type MemoryRange } from './segment/segment-part.js';
export { Segment, type SegmentPlan } from './segment/segment.js';
export { SlabCell } from './slab/slab-cell.js';
export { ByteRing, type RingLimits } from './ring/byte-ring.js';
export { lookWhileHot } from './ring/look-while-hot.js';
export { RingBatch } from './ring/ring-batch.js';
export type { RingCore, RingCounters, RingGuard } from './ring/ring-core.js';
export type { RingDefinitions } from './ring/ring-definitions.js';
export { RingDelivery } from './ring/ring-delivery.js';
export { RingItem } from './ring/ring-item.js';
export {
  RING_DATA_OFFSET,
  RING_FIRST_BYTES,
  RING_MAX_BYTES,
  RING_USER_WORDS,
  flowIn,
  itemsIn,
  lookAtRing,
} from './ring/ring-layout.js';
export type { RingMemory } from './ring/ring-memory.js';
export { RingMessage } from './ring/ring-message.js';
export { RingReader, type UseItems } from './ring/ring-reader.js';
export { RingRun, type RunMemory } from './ring/ring-run.js';
export { RingWriter, type NoMemory, type PutOutcome } from './ring/ring-writer.js';
export { attachMemory, createMemory } from './objects/object-memory-of.js';
export { attachSegment, registerSegmentClass } from './objects/segment-class.js';
export { SegmentObject, accompany, handleOf } from './objects/segment-object.js';
export { attachBuffer, bufferHandle } from './objects/shared-buffer.js';
export { describePlatform, type PlatformDescription } from './inspect/describe-platform.js';
export { inspectObjects } from './inspect/inspect-objects.js';
export type { InspectedObject, InspectedThread, InspectedWait, Inspection } from './inspect/inspect-objects.js';
