import { threadTable } from '@multiprocess/shared-memory';
import type { Watch } from '@multiprocess/shared-memory';
import type { Channel } from '../wire/channel.js';

/** The task that this worker is running, for {@link taskSignal}. */
class RunningTask {
  readonly #channel: Channel;
  readonly #attempt: number;
  readonly #controller = new AbortController();
  #watch: Watch | undefined;
  /** The task has the signal, and may be waiting for nothing else. */
  #isAsked = false;
  #over = false;

  constructor(channel: Channel, attempt: number) {
    this.#channel = channel;
    this.#attempt = attempt;
  }

  /** Reads shared memory, so that code that never returns to the event loop also sees an abort. */
  get signal(): AbortSignal {
    this.#look();
    this.#isAsked = true;
    this.#watch?.ref();
    return this.#controller.signal;
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
    } while (this.#watch === undefined && !this.#controller.signal.aborted);
  }

  end(): void {
    this.#over = true;
    this.#watch?.cancel();
  }

  #look(): void {
    if (this.#over || this.#controller.signal.aborted || !this.#channel.isToStop(this.#attempt)) return;
    this.#over = true;
    this.#watch?.cancel();
    this.#controller.abort();
  }
}

// A worker runs one task at a time. The task may use another copy of this package than the worker does.
const state = threadTable<{ current: Pick<RunningTask, 'signal' | 'end'> | undefined }>(
  '@multiprocess/running task 1',
  () => ({ current: undefined }),
  (found) => 'current' in found,
);

/** In the worker: a stoppable task begins. */
export function beginTask(channel: Channel, attempt: number): RunningTask {
  const task = new RunningTask(channel, attempt);
  state.current = task;
  return task;
}

/** In the worker: the task has ended. */
export function endTask(): void {
  state.current?.end();
  state.current = undefined;
}

/**
 * In a task: a signal that is aborted when the caller aborts the task or its `timeout` is reached, so that the task can
 * clean up before its worker is killed. Code that never returns to the event loop must call
 * `taskSignal().throwIfAborted()` from time to time. For a call without `signal` and `timeout`, and outside of a pool, the
 * signal is never aborted.
 *
 * @example
 * ```ts source="../pool.examples.ts#cancel"
 * const poll = task(import.meta, async function poll(url: string) {
 *   const signal = taskSignal(); // aborted together with the caller's
 *   for (;;) {
 *     await fetch(url, { signal });
 *     await sleep(1000, undefined, { signal });
 *   }
 * });
 *
 * export async function pollForAWhile(pool: Pool, url: string): Promise<void> {
 *   await pool.apply(poll, [url], { signal: AbortSignal.timeout(5000) });
 * }
 * ```
 */
export function taskSignal(): AbortSignal {
  return state.current?.signal ?? new AbortController().signal;
}
