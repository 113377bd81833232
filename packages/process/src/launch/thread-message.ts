import type { MessagePort } from 'node:worker_threads';

/** What a thread does with its output. */
export type ThreadOutputKind = 'inherit' | 'ignore' | 'pipe';

/** What a thread is started with. */
export interface ThreadStart {
  /** The reference of its launch. */
  readonly launch: string;
  /** Kept as long as the thread runs; see `ThreadBirth`. */
  readonly token: MessagePort;
  readonly stdout: ThreadOutputKind;
  readonly stderr: ThreadOutputKind;
  /** Where what is piped goes. */
  readonly pipe: MessagePort | undefined;
  /** The `process.execArgv` and the NODE_OPTIONS it is to see, which may contain what a thread cannot be started with. */
  readonly execArgv: readonly string[];
  readonly nodeOptions: string | undefined;
}

/** What a thread writes: which stream, and what. What goes back is how many bytes have been read. */
export type PipedChunk = readonly [stream: 1 | 2, bytes: Uint8Array];
