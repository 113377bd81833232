import type { Duplex } from 'node:stream';
import type { ChildStatus } from '@multiprocess/shared-memory';

/** This process's end of a pipe to a program. */
export interface PipeEnd {
  /** Always the same one, and of use from the start of the program on. */
  readonly stream: Duplex;
  /** Unread data is lost. Idempotent. */
  close(): void;
}

/** A pipe to or from a program that is about to be started. */
export interface ProgramPipe {
  /** The program's end, as `spawn` takes it. */
  readonly childSide: number | 'pipe';
  readonly end: PipeEnd;
  /** Gives up the program's end: it has a copy of its own, or could not be started. @param made what Node has made of `'pipe'` */
  handedOver(made: readonly unknown[]): void;
}

/** What running programs takes beside `node:child_process`. The native part has all of it, Node alone the first half. */
export interface Support {
  /**
   * A pipe into a program ('writable' here) or out of it.
   *
   * @throws {@link Error} with `code`, if there are no descriptors left
   */
  pipe(side: 'readable' | 'writable'): ProgramPipe;
  /** Prevents programs that are started from now on from inheriting open descriptors, except those that are passed on explicitly. */
  closeDescriptorsOnExec(): void;
  /** Blocks until a child has ended, at most `timeout` ms. Its end may be known to the event loop only: then it is running. */
  childStatus(pid: number, timeout: number): ChildStatus;
  /** Ends this process at once. */
  exitNow(status: number): void;
  /** Ends this process by SIGABRT. */
  abortNow(): void;
  /**
   * Becomes another program. Returns only if that failed: the error.
   *
   * @throws {@link UnsupportedPlatformError} without a native part
   */
  replaceProcess(path: string, args: readonly string[], environment: readonly string[]): Error;
}
