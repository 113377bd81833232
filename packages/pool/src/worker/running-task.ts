import { threadTable } from '@multiprocess/shared-memory';
import type { Watch } from '@multiprocess/shared-memory';
import type { Channel } from '../wire/channel.js';
import { inputNoter } from './run-chunk.js';

/** The task that this worker is running, for what it asks of the pool. */
export class RunningTask {
  readonly #channel: Channel;
  readonly #attempt: number;
  /** Made when it is needed: most tasks end without it. */
  #controller: AbortController | undefined;
  #watch: Watch | undefined;
  /** The task has the signal, and may be waiting for nothing else. */
  #isAsked = false;
  readonly #report: ((value: unknown) => void) | undefined;
  readonly #onInput: (index: number) => void;
  /** What becomes of a value before it is sent. */
  #encode: ((value: unknown) => unknown) | undefined;
  #over = false;

  /** @param report sends a value to the caller; undefined if that does not listen */
  constructor(channel: Channel, attempt: number, report: ((value: unknown) => void) | undefined) {
    this.#channel = channel;
    this.#attempt = attempt;
    this.#report = report;
    this.#onInput = inputNoter(channel, attempt);
  }

  /** Sends a value to the caller, if that listens. */
  report(value: unknown): void {
    this.#report?.(this.#encode === undefined ? value : this.#encode(value));
  }

  /** Has values that the task reports encoded before they are sent. */
  encodeReports(encode: (value: unknown) => unknown): void {
    this.#encode = encode;
  }

  /** The task goes on with another input: its time begins anew. @throws {@link AbortSignal.reason} if it was told to stop */
  beginInput(index: number): void {
    this.#onInput(index);
  }

  /** Reads shared memory, so that code that never returns to the event loop also sees an abort. */
  get signal(): AbortSignal {
    this.#look();
    this.#isAsked = true;
    this.#watch?.ref();
    return (this.#controller ??= new AbortController()).signal;
  }

  /** From now on the event loop aborts the signal when the pool asks for it. */
  watch(): void {
    if (this.#over) return;
    do {
      this.#watch = this.#channel.watchStop(() => {
        this.watch();
      });
      if (!this.#isAsked) this.#watch?.unref();
      this.#look(); // the request may have come before the watch
    } while (this.#watch === undefined && !this.#isAborted);
  }

  end(): void {
    this.#over = true;
    this.#watch?.cancel();
  }

  #look(): void {
    if (this.#over || this.#isAborted || !this.#channel.isToStop(this.#attempt)) return;
    this.#over = true;
    this.#watch?.cancel();
    (this.#controller ??= new AbortController()).abort();
  }

  get #isAborted(): boolean {
    return this.#controller?.signal.aborted === true;
  }
}

type Task = Pick<RunningTask, 'signal' | 'report' | 'encodeReports' | 'beginInput' | 'end'>;

// A worker runs one task at a time. The task may use another copy of this package than the worker does.
const state = threadTable<{ current: Task | undefined }>(
  '@multiprocess/running task 1',
  () => ({ current: undefined }),
  (found) => 'current' in found,
);

/** The task that runs here, if it can be told to stop or its caller listens. */
export function runningTask(): Omit<Task, 'end'> | undefined {
  return state.current;
}

/** In the worker: a task begins. */
export function beginTask(task: RunningTask): void {
  state.current = task;
}

/** In the worker: the task has ended. */
export function endTask(): void {
  state.current?.end();
  state.current = undefined;
}
