import type { Readable, Writable } from 'node:stream';
import type { BlockOptions, Coroutine, WaitForm, WaitOptions } from '@multiprocess/shared-memory';
import type { TerminateOptions } from '../launch/termination.js';

/** The process or thread behind a started {@link Process}. */
export interface Running {
  readonly pid: number;
  readonly exitCode: number | null;
  readonly signalCode: NodeJS.Signals | null;
  readonly error: unknown;
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  isAlive(): boolean;
  ready(options?: WaitOptions): Promise<void>;
  readySync(options?: BlockOptions): void;
  join(options?: WaitOptions): Promise<boolean>;
  joinSync(options?: BlockOptions): boolean;
  /** Returns when it has ended. */
  ending(form: WaitForm): Coroutine<unknown>;
  terminate(options: TerminateOptions): void;
  kill(): void;
  ref(): void;
  unref(): void;
}
