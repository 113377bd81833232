import { checkBlockingTimeout, notByNew } from '@multiprocess/shared-memory';
import type { BlockOptions } from '@multiprocess/shared-memory';
import { CallResult, cancelledError } from './call-result.js';
import type { ResultOptions } from './task-options.js';
import type { Driver } from '../parent/driver.js';
import type { Ending, PoolTask } from '../parent/pool-task.js';

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
export class AsyncResult<T> extends CallResult<T> {
  readonly #driver: Driver;
  readonly #tasks: readonly PoolTask[];

  /** @internal */
  constructor(driver: Driver, options: ResultOptions<T>, submit: (ending: Ending<T>) => readonly PoolTask[]) {
    super();
    if (typeof submit !== 'function')
      throw notByNew('An AsyncResult', 'pool.applyAsync(), mapAsync() and starmapAsync() of a Pool give one');
    this.#driver = driver;
    this.#tasks = submit(this.ending(options));
  }

  /** Like {@link get}, but blocks the thread, and with it the event loop. */
  getSync(options?: BlockOptions): T {
    const timeout = checkBlockingTimeout(options);
    this.#driver.block(() => this.ready, timeout);
    return this.take(timeout);
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
    return !this.ready && this.#driver.core.cancel(this.#tasks, cancelledError);
  }
}
