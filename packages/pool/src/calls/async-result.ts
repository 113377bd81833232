import { Latch } from '@multiprocess/process';
import {
  checkBlockingTimeout,
  checkSignal,
  checkTimeout,
  describable,
  DESCRIBE,
  TimeoutError,
} from '@multiprocess/shared-memory';
import type { BlockOptions, Describable, Description, WaitOptions } from '@multiprocess/shared-memory';
import { callback } from '../parent/callbacks.js';
import type { ResultOptions } from './task-options.js';
import type { Driver } from '../parent/driver.js';
import type { Ending, PoolTask } from '../parent/pool-task.js';

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/**
 * The result of a call that a worker runs. It can be awaited like a promise. Unlike with a promise, an error that is never
 * read is not reported.
 *
 * @example
 * ```ts source="../pool.examples.ts#result"
 * const result = pool.applyAsync(square, [7]);
 * console.log(result.ready); // false: it is under way
 * console.log(await result.get({ timeout: 1000 })); // 49; `await result` does the same
 * ```
 *
 * @see {@link https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.AsyncResult | Python's AsyncResult}
 */
export class AsyncResult<T> implements PromiseLike<T>, Describable {
  readonly #driver: Driver;
  readonly #tasks: readonly PoolTask[];
  readonly #latch = new Latch();
  #outcome: Outcome<T> | undefined;

  /** @internal */
  constructor(driver: Driver, options: ResultOptions<T>, submit: (ending: Ending<T>) => readonly PoolTask[]) {
    const onValue = options.callback && callback(options.callback);
    const onError = options.errorCallback && callback(options.errorCallback);
    this.#driver = driver;
    this.#tasks = submit({
      resolve: (value) => {
        this.#end({ value });
        onValue?.(value);
      },
      reject: (error) => {
        this.#end({ error });
        onError?.(error);
      },
    });
  }

  static {
    describable(this.prototype);
  }

  #end(outcome: Outcome<T>): void {
    this.#outcome = outcome;
    this.#latch.open();
  }

  /** Whether it has ended, with a value or an error. */
  get ready(): boolean {
    return this.#outcome !== undefined;
  }

  /** Whether it has ended without an error. @throws {@link TypeError} if it has not ended. */
  get successful(): boolean {
    if (this.#outcome === undefined) throw new TypeError('The result is not ready: await it, or ask for ready first');
    return 'value' in this.#outcome;
  }

  /**
   * Waits for the value, and returns it.
   *
   * @throws {@link TimeoutError} if it was not there within `timeout`. The task goes on, and you may call this again.
   * @throws what the task has thrown, each time this is called; the signal's reason if it was aborted first
   */
  async get(options?: WaitOptions): Promise<T> {
    const timeout = checkTimeout(options);
    await this.#latch.wait(timeout, checkSignal(options));
    return this.#take(timeout);
  }

  /** Like {@link get}, but blocks the thread, and with it the event loop. */
  getSync(options?: BlockOptions): T {
    const timeout = checkBlockingTimeout(options);
    this.#driver.block(() => this.ready, timeout);
    return this.#take(timeout);
  }

  /**
   * Waits until it has ended.
   *
   * @returns false after a timeout
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted first
   */
  async wait(options?: WaitOptions): Promise<boolean> {
    return this.#latch.wait(checkTimeout(options), checkSignal(options));
  }

  /** Like {@link wait}, but blocks the thread. */
  waitSync(options?: BlockOptions): boolean {
    return this.#driver.block(() => this.ready, checkBlockingTimeout(options));
  }

  /**
   * Cancels the call if no worker has begun it; it then rejects with an `AbortError`.
   *
   * @returns false if it has begun or ended: nothing has changed then
   */
  cancel(): boolean {
    return this.#outcome === undefined && this.#driver.core.cancel(this.#tasks, cancelledError);
  }

  /** @internal */
  [DESCRIBE](): Description {
    if (this.#outcome === undefined) return { state: 'pending' };
    return { state: 'value' in this.#outcome ? 'fulfilled' : 'rejected', ...this.#outcome };
  }

  then<R = T, E = never>(
    onValue?: ((value: T) => R | PromiseLike<R>) | null,
    onError?: ((error: unknown) => E | PromiseLike<E>) | null,
  ): Promise<R | E> {
    return this.get().then(onValue, onError);
  }

  #take(timeout: number): T {
    if (this.#outcome === undefined) throw new TimeoutError(`The result was not there within ${timeout} ms`);
    if ('error' in this.#outcome) throw this.#outcome.error;
    return this.#outcome.value;
  }
}

/** The error of a cancelled task. */
export function cancelledError(): DOMException {
  return new DOMException('The task was cancelled before it had begun', 'AbortError');
}
