import { threadTable } from '@multiprocess/shared-memory';
import type { Watch } from '@multiprocess/shared-memory';
import type { Channel } from '../wire/channel.js';

/** The task that this worker is running, as its code may ask about it. */
class RunningTask {
  readonly #channel: Channel;
  readonly #ticket: number;
  readonly #controller = new AbortController();
  #watch: Watch | undefined;
  /** Its code knows the signal, and may be waiting for nothing else. */
  #isAsked = false;
  #over = false;

  constructor(channel: Channel, ticket: number) {
    this.#channel = channel;
    this.#ticket = ticket;
  }

  /** Looks at shared memory, so that code which never returns to the event loop sees an abort, too. */
  get signal(): AbortSignal {
    this.#look();
    this.#isAsked = true;
    this.#watch?.ref();
    return this.#controller.signal;
  }

  /** From now on the signal changes by itself whenever the event loop runs. */
  watch(): void {
    if (this.#over) return;
    do {
      this.#watch = this.#channel.watchStop(() => {
        this.watch();
      });
      if (!this.#isAsked) this.#watch?.unref();
      this.#look(); // it may have come before the watch
    } while (this.#watch === undefined && !this.#controller.signal.aborted);
  }

  end(): void {
    this.#over = true;
    this.#watch?.cancel();
  }

  #look(): void {
    if (this.#over || this.#controller.signal.aborted || !this.#channel.isToStop(this.#ticket)) return;
    this.#over = true;
    this.#watch?.cancel();
    this.#controller.abort();
  }
}

// A worker runs one task at a time. The task may ask another copy of this package than that which the worker runs.
const state = threadTable<{ current: Pick<RunningTask, 'signal' | 'end'> | undefined }>(
  '@multiprocess/running task 1',
  () => ({ current: undefined }),
  (found) => 'current' in found,
);

/** In the worker: a task begins that somebody may want to stop. What is returned is to be ended with it. */
export function beginTask(channel: Channel, ticket: number): RunningTask {
  const task = new RunningTask(channel, ticket);
  state.current = task;
  return task;
}

/** In the worker: whatever it ran is over. */
export function endTask(): void {
  state.current?.end();
  state.current = undefined;
}

/**
 * In a task: the signal that is aborted when its caller aborts it or its time is over, so that it may end in good order
 * before its worker is replaced. Code that computes without pause asks for it again now and then:
 * `taskSignal().throwIfAborted()`. In a task that nobody can abort, and outside of a pool, it never is.
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
