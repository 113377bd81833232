import type { Readable, Writable } from 'node:stream';
import type { TerminateOptions } from './termination.js';
import type { BlockOptions, WaitOptions } from '@multiprocess/shared-memory';

/** What runs behind a started {@link Process}. */
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
  terminate(options: TerminateOptions): void;
  kill(): void;
  ref(): void;
  unref(): void;
}
