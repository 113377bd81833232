import type { MessagePort } from 'node:worker_threads';

/** What a thread does with its output. */
export type ThreadOutputKind = 'inherit' | 'ignore' | 'pipe';

/** The `workerData` of a thread. */
export interface ThreadStart {
  /** The reference of its launch. */
  readonly launch: string;
  /** Kept as long as the thread runs; see `ThreadBirth`. */
  readonly token: MessagePort;
  readonly stdout: ThreadOutputKind;
  readonly stderr: ThreadOutputKind;
  /** What it reads from its standard input, if that is piped. The answer is the number of bytes that were read. */
  readonly stdin: MessagePort | undefined;
  /** Receives the output that is piped. */
  readonly pipe: MessagePort | undefined;
  /** The `process.execArgv` and the NODE_OPTIONS that it sees. They may contain options that a thread cannot be started with. */
  readonly execArgv: readonly string[];
  readonly nodeOptions: string | undefined;
}

/** Input of a thread; null is the end. */
export type InputChunk = Uint8Array | null;

/** Output of a thread: the stream and the bytes. The answer is the number of bytes that were read. */
export type PipedChunk = readonly [stream: 1 | 2, bytes: Uint8Array];
