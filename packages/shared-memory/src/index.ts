export { blockThread } from './block-thread.js';
export type { ObjectEvent, TakeOverEvent } from './diagnostics.js';
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
} from './errors.js';
export type { MultiprocessErrorCode, WorkerEnd } from './errors.js';
export { CalledProcessError, DaemonError, OutputLimitError, TimeoutExpired } from './program-errors.js';
export type { ProgramReport } from './program-errors.js';
export { listSegments } from './list-segments.js';
export type { SegmentInfo } from './list-segments.js';
export { removeOrphans } from './remove-orphans.js';
export {
  SHARED_OBJECT,
  attach,
  formatHandle,
  isSharedObject,
  parseHandle,
  registerKind,
  registerLook,
} from './shared-object.js';
export type { Attach, Look, ObjectState, Peek, SharedObject } from './shared-object.js';
export { SharedMemory } from './shared-memory.js';
export type { MemoryToAttach, SharedMemoryOptions } from './shared-memory.js';
export { iterableOf } from './iterable-of.js';
export { namingOf } from './name-options.js';
export type { NameOptions, Naming } from './name-options.js';
export { optionsOf } from './options-of.js';
export { blockingTimeoutOf, signalOf, timeoutOf } from './wait-options.js';
export type { BlockOptions, WaitOptions } from './wait-options.js';

// For the packages of this toolkit: what primitives are made of.
export { AtomicsParker } from './atomics-parker.js';
export { Breather } from './breather.js';
export { ByteRing } from './byte-ring.js';
export type { RingLimits } from './byte-ring.js';
export { closeDescriptor, handOver } from './descriptor.js';
export type { Doorbell } from './doorbell.js';
export { clock } from './clock.js';
export {
  allowManyListeners,
  isAbortSignal,
  isError,
  isMisuse,
  isPlainObject,
  isThenable,
  isUrl,
  reasonOf,
  throwIfAborted,
} from './built-ins.js';
export { checked, hasErrorCode, systemErrorOf } from './errno.js';
export { EventCount } from './event-count.js';
export { inheritedExecArgv } from './exec-arguments.js';
export { FutexParker } from './futex-parker.js';
export { isImporting, whileImporting } from './importing.js';
export { inspect } from './inspect.js';
export type { InspectedObject, InspectedThread, InspectedWait, Inspection } from './inspect.js';
export { Line } from './line.js';
export { LongTimer } from './long-timer.js';
export { onAborted } from './on-aborted.js';
export { attachMemory, createMemory } from './object-memory-of.js';
export { ObjectMemory } from './object-memory.js';
export type { ObjectPlan } from './object-memory.js';
export { OwnerMutex, ownerIn } from './owner-mutex.js';
export type { GroupParker, Parker, Pause, Watch } from './parker.js';
export { wholeLines } from './cell-sizes.js';
export { childStatus } from './child-status.js';
export type { ChildStatus } from './child-status.js';
export { DESCRIBE, describable } from './describe.js';
export type { Describable, Description } from './describe.js';
export { DIRECTORY_VARIABLE, defaultDirectory, segmentDirectory } from './directory.js';
export { describePlatform } from './describe-platform.js';
export type { PlatformDescription } from './describe-platform.js';
export { lockHolders } from './linux/lock-holders.js';
export { argumentsOf, environmentOf } from './linux/process-strings.js';
export { descendantsOf, ignoresSignal, processStat, runningProcesses } from './linux/process-stat.js';
export type { ProcessStat } from './linux/process-stat.js';
export type { Registry, SlotWord } from './registry.js';
export type { RingCore, RingCounters, RingGuard } from './ring-core.js';
export { RING_DATA_OFFSET, RING_FIRST_BYTES, RING_MOST_BYTES, RING_USER_WORDS, itemsIn } from './ring-layout.js';
export {
  HAND_OVER,
  Parcels,
  beginMessage,
  dropMessage,
  endMessage,
  lookAfterParcels,
  noteParcel,
  takeParcels,
} from './parcels.js';
export type { Carrier, HandsOver, Parcel } from './parcels.js';
export { childEnvironment, isSingleExecutable, nodePath } from './node-path.js';
export { becomeChild, origin } from './origin.js';
export type { Origin } from './origin.js';
export { randomBytes } from './random.js';
export { refuseEndlessStart } from './refuse-start.js';
export { RingBatch } from './ring-batch.js';
export { RingCarrier } from './ring-carrier.js';
export type { RingDefinitions } from './ring-definitions.js';
export { RingItem } from './ring-item.js';
export type { RingMemory } from './ring-memory.js';
export { RingMessage } from './ring-message.js';
export { RingRun } from './ring-run.js';
export type { RunMemory } from './ring-run.js';
export { RingReader } from './ring-reader.js';
export type { UseItems } from './ring-reader.js';
export { RingWriter } from './ring-writer.js';
export type { NoMemory, PutOutcome } from './ring-writer.js';
export { Segment, referenceOfName } from './segment.js';
export type { SegmentPlan } from './segment.js';
export { SLAB_HOLDERS, SlabCells } from './slab-cells.js';
export { SlabCell } from './slab-cell.js';
export { SegmentObject, accompany, handleOf } from './segment-object.js';
export { SegmentPart } from './segment-part.js';
export type { MemoryRange } from './segment-part.js';
export { attachBuffer, bufferHandle } from './shared-buffer.js';
export { settleOnce } from './settle-once.js';
export type { Settling, WaitLimits } from './settle-once.js';
export { shownName } from './shown-name.js';
export { SpinBudget } from './spin-budget.js';
export { sweepIfPossible } from './sweep.js';
export { explainRefusal, systemReason, withSystemErrors, withSystemReason } from './system-errors.js';
export type { SystemPlace } from './system-errors.js';
export type { RegisteredThread } from './this-thread.js';
export { thisThread } from './this-thread.js';
export { threadTable } from './thread-table.js';
export type { OwnerDescription, Thread } from './thread.js';
export { waitAny, waitAnySync } from './wait-any.js';
export { runAtOnce, waitSync } from './wait-sync.js';
export type { Waiting } from './wait-sync.js';
export { WAITABLE, isWaitable } from './waitable.js';
export type { WaitForm, Waitable } from './waitable.js';
export { workingDirectoryFault } from './working-directory.js';
