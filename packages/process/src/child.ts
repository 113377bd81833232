import type { Readable, Writable } from 'node:stream';
import { constants } from 'node:os';
import type { TerminateOptions } from './termination.js';

/** What was started, a process or a thread: whether it runs, how it ended, and what it keeps alive here. */
export interface Child {
  /** The system's number of the process that it is, or is a thread of. */
  readonly pid: number;
  /** −N for signal N; null as long as it runs. */
  readonly exitCode: number | null;
  readonly signalCode: NodeJS.Signals | null;
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** Whether this process waits for it when it ends itself. */
  readonly isWaitedFor: boolean;
  /** Whether it has ended. Does not block. */
  look(): boolean;
  /** Blocks until it has ended, at most `timeout` ms. */
  waitSync(timeout: number): boolean;
  /** Awaits its end, at most `timeout` ms, keeping the event loop alive. */
  wait(timeout: number, signal: AbortSignal | undefined): Promise<boolean>;
  /** Sends it a signal. Does nothing if it has ended. */
  signal(signal: NodeJS.Signals): void;
  /** Ends it in good order, as far as it takes part. Does not wait. */
  terminate(options: TerminateOptions): void;
  abandonStreams(): void;
  ref(): void;
  unref(): void;
}

/** The name of a signal by its number. */
export function signalName(signal: number): NodeJS.Signals | null {
  const names = Object.entries(constants.signals) as [NodeJS.Signals, number][];
  return names.find(([, number]) => number === signal)?.[0] ?? null;
}
