/**
 * The codes of this toolkit's errors. A code survives the trip to another process and never changes; a message may change.
 */
export type MultiprocessErrorCode =
  | 'ERR_MULTIPROCESS_TIMEOUT'
  | 'ERR_MULTIPROCESS_CLOSED'
  | 'ERR_MULTIPROCESS_EOF'
  | 'ERR_MULTIPROCESS_BROKEN_PIPE'
  | 'ERR_MULTIPROCESS_QUEUE_EMPTY'
  | 'ERR_MULTIPROCESS_QUEUE_FULL'
  | 'ERR_MULTIPROCESS_QUEUE_SHUT_DOWN'
  | 'ERR_MULTIPROCESS_BUFFER_TOO_SHORT'
  | 'ERR_MULTIPROCESS_BROKEN_BARRIER'
  | 'ERR_MULTIPROCESS_NOT_OWNED'
  | 'ERR_MULTIPROCESS_DEADLOCK'
  | 'ERR_MULTIPROCESS_SERIALIZATION'
  | 'ERR_MULTIPROCESS_HANDLE'
  | 'ERR_MULTIPROCESS_CORRUPT_SEGMENT'
  | 'ERR_MULTIPROCESS_OUT_OF_MEMORY'
  | 'ERR_MULTIPROCESS_SYSTEM'
  | 'ERR_MULTIPROCESS_PROCESS_START'
  | 'ERR_MULTIPROCESS_WORKER_DIED'
  | 'ERR_MULTIPROCESS_REMOTE'
  | 'ERR_MULTIPROCESS_AUTHENTICATION'
  | 'ERR_MULTIPROCESS_PROTOCOL'
  | 'ERR_MULTIPROCESS_MANAGER_CLOSED'
  | 'ERR_MULTIPROCESS_UNSUPPORTED_PLATFORM'
  | 'ERR_MULTIPROCESS_CALLED_PROCESS'
  | 'ERR_MULTIPROCESS_OUTPUT_LIMIT'
  | 'ERR_MULTIPROCESS_DAEMON'
  | 'ERR_MULTIPROCESS_ENGINE_CONNECTION'
  | 'ERR_MULTIPROCESS_ENGINE_CONFIG'
  | 'ERR_MULTIPROCESS_LOCK_LOST';

/**
 * The base class of every error that a caller may want to handle. Misuse throws the built-in `TypeError` or `RangeError`
 * instead, at the caller's line and with the value received.
 */
export abstract class MultiprocessError extends Error {
  /** Test for this: it is stable, while a message may change and a class may be loaded twice. */
  abstract readonly code: MultiprocessErrorCode;
}

/** A wait outlived its `timeout`. Nothing was taken, so the call may be repeated. */
export class TimeoutError extends MultiprocessError {
  readonly code = 'ERR_MULTIPROCESS_TIMEOUT';
}

/** The object was closed in this process. Others that have it are not affected. */
export class ClosedError extends MultiprocessError {
  readonly code = 'ERR_MULTIPROCESS_CLOSED';
}

/** Everything that was sent has been received, and no sender is left. */
export class EOFError extends MultiprocessError {
  readonly code = 'ERR_MULTIPROCESS_EOF';
}

/** No receiver is left. The message was not sent. */
export class BrokenPipeError extends MultiprocessError {
  readonly code = 'ERR_MULTIPROCESS_BROKEN_PIPE';
}

/** There was nothing to take within the time given. Nothing was taken. */
export class QueueEmptyError extends MultiprocessError {
  readonly code = 'ERR_MULTIPROCESS_QUEUE_EMPTY';
}

/**
 * There was no room within the time given. The item was not put; of several, the first {@link itemsPut} were. Or a pool has
 * as many waiting calls as its `maxQueue` allows; the call was not submitted.
 */
export class QueueFullError extends MultiprocessError {
  readonly code = 'ERR_MULTIPROCESS_QUEUE_FULL';
  readonly itemsPut: number;

  constructor(message: string, itemsPut = 0, options?: ErrorOptions) {
    super(message, options);
    this.itemsPut = itemsPut;
  }
}

/** The queue was shut down: nothing more can be put, and what was in it has been taken or thrown away. */
export class QueueShutDownError extends MultiprocessError {
  readonly code = 'ERR_MULTIPROCESS_QUEUE_SHUT_DOWN';
}

/** The message is longer than the buffer it was to be received into. It has been taken: `bytes` is all of it. */
export class BufferTooShortError extends MultiprocessError {
  readonly code = 'ERR_MULTIPROCESS_BUFFER_TOO_SHORT';
  readonly bytes: Uint8Array;

  constructor(message: string, bytes: Uint8Array, options?: ErrorOptions) {
    super(message, options);
    this.bytes = bytes;
  }
}

/** The barrier was broken: aborted, reset, timed out, or one of its parties died. */
export class BrokenBarrierError extends MultiprocessError {
  readonly code = 'ERR_MULTIPROCESS_BROKEN_BARRIER';
}

/** `release()` without a matching `acquire()`, or an operation that only the holder may do. Nothing was changed. */
export class NotOwnedError extends MultiprocessError {
  readonly code = 'ERR_MULTIPROCESS_NOT_OWNED';
}

/** The call would have waited for its own caller. */
export class DeadlockError extends MultiprocessError {
  readonly code = 'ERR_MULTIPROCESS_DEADLOCK';
}

/** A value cannot be serialized, or bytes do not hold a value. `path` leads to the culprit: `$.items[3].onClick`. */
export class SerializationError extends MultiprocessError {
  readonly code = 'ERR_MULTIPROCESS_SERIALIZATION';
  readonly path: string;

  constructor(message: string, path = '$', options?: ErrorOptions) {
    super(message, options);
    this.path = path;
  }
}

/** A handle or name leads to no object, or to an object of another kind, size or registry. */
export class HandleError extends MultiprocessError {
  readonly code = 'ERR_MULTIPROCESS_HANDLE';
}

/** The file is not a segment of this toolkit, or its contents contradict themselves. It was not changed. */
export class CorruptSegmentError extends MultiprocessError {
  readonly code = 'ERR_MULTIPROCESS_CORRUPT_SEGMENT';
}

/**
 * Memory is exhausted: that of the file system, of the process, or of the object's own `memory` cap. Nothing was stored.
 * The message names the limit.
 */
export class OutOfMemoryError extends MultiprocessError {
  readonly code = 'ERR_MULTIPROCESS_OUT_OF_MEMORY';
}

/**
 * The operating system refused something other than memory: a descriptor, a right, a path. Nothing was changed. The
 * message says what to do; `cause` is the system's own error.
 */
export class SystemError extends MultiprocessError {
  readonly code = 'ERR_MULTIPROCESS_SYSTEM';
  /** The system's name of the reason: `EMFILE`, `EACCES`, … */
  readonly systemCode: string;

  constructor(message: string, systemCode: string, options?: ErrorOptions) {
    super(message, options);
    this.systemCode = systemCode;
  }
}

/** A process could not be started, or could not load its target; `cause` is the child's own error. */
export class ProcessStartError extends MultiprocessError {
  readonly code = 'ERR_MULTIPROCESS_PROCESS_START';
}

/** How a worker ended; part of {@link WorkerDiedError}. */
export interface WorkerEnd {
  /** Process id. */
  readonly pid: number | undefined;
  /** Its exit status, or −N when signal N killed it. */
  readonly exitCode: number | null;
  /** The signal that killed it. */
  readonly signal: NodeJS.Signals | null;
}

/** A process died while it worked for this one. */
export class WorkerDiedError extends MultiprocessError implements WorkerEnd {
  readonly code = 'ERR_MULTIPROCESS_WORKER_DIED';
  readonly pid: number | undefined;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;

  constructor(message: string, end: WorkerEnd, options?: ErrorOptions) {
    super(message, options);
    this.pid = end.pid;
    this.exitCode = end.exitCode;
    this.signal = end.signal;
  }
}

/**
 * An error of another process whose class is not known here; `remoteName` is the name of that class. To get it as what it is, register the
 * class in its module: `registerClass(import.meta, MyError)`.
 */
export class RemoteError extends MultiprocessError {
  readonly code = 'ERR_MULTIPROCESS_REMOTE';
  readonly remoteName: string;

  constructor(message: string, remoteName: string, options?: ErrorOptions) {
    super(message, options);
    this.remoteName = remoteName;
  }
}

/** The other side has a different key, or none. */
export class AuthenticationError extends MultiprocessError {
  readonly code = 'ERR_MULTIPROCESS_AUTHENTICATION';
}

/** The server at an address uses another protocol: with or without TLS, another serializer, or it is not a manager. */
export class ProtocolError extends MultiprocessError {
  readonly code = 'ERR_MULTIPROCESS_PROTOCOL';
}

/** The manager has been shut down, or its process has died. */
export class ManagerClosedError extends MultiprocessError {
  readonly code = 'ERR_MULTIPROCESS_MANAGER_CLOSED';
}

/**
 * The operation needs what this platform or runtime does not have. If that is a native part, `cause` says what was tried.
 */
export class UnsupportedPlatformError extends MultiprocessError {
  readonly code = 'ERR_MULTIPROCESS_UNSUPPORTED_PLATFORM';
}

// By names that stay when a bundler renames the classes.
const NAMES = {
  MultiprocessError,
  TimeoutError,
  ClosedError,
  EOFError,
  BrokenPipeError,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
  BufferTooShortError,
  BrokenBarrierError,
  NotOwnedError,
  DeadlockError,
  SerializationError,
  HandleError,
  CorruptSegmentError,
  OutOfMemoryError,
  SystemError,
  ProcessStartError,
  WorkerDiedError,
  RemoteError,
  AuthenticationError,
  ProtocolError,
  ManagerClosedError,
  UnsupportedPlatformError,
};
for (const [name, Class] of Object.entries(NAMES)) Class.prototype.name = name;
