import { Latch } from '@multiprocess/process';
import {
  DESCRIBE,
  TimeoutError,
  blockingTimeoutOf,
  describable,
  signalOf,
  timeoutOf,
} from '@multiprocess/shared-memory';
import type { BlockOptions, Describable, Description, WaitOptions } from '@multiprocess/shared-memory';

/** What stands behind a result: how to wait for it with a blocked thread, and how to take it back. */
interface ResultSource {
  block(isDone: () => boolean, timeout: number): boolean;
  /** Rejects what has not begun; false if it has. */
  cancel(): boolean;
}

/** How it ended. */
type Ending<T> = { readonly value: T } | { readonly error: unknown };

/**
 * The result of a call that goes on elsewhere. May be awaited like a promise; unlike one, nobody is told of an error
 * that nobody asks for.
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
  readonly #source: ResultSource;
  readonly #latch = new Latch(() => undefined);
  #ending: Ending<T> | undefined;

  /** @internal */
  constructor(source: ResultSource, listen: (resolve: (value: T) => void, reject: (error: unknown) => void) => void) {
    this.#source = source;
    listen(
      (value) => {
        this.#end({ value });
      },
      (error) => {
        this.#end({ error });
      },
    );
  }

  static {
    describable(this.prototype);
  }

  #end(ending: Ending<T>): void {
    this.#ending = ending;
    this.#latch.open();
  }

  /** Whether it has ended, one way or the other. */
  get ready(): boolean {
    return this.#ending !== undefined;
  }

  /**
   * Whether it has ended without an error.
   *
   * @throws {TypeError} If it has not ended.
   */
  get successful(): boolean {
    if (this.#ending === undefined) throw new TypeError('The result is not ready: await it, or ask for ready first');
    return 'value' in this.#ending;
  }

  /**
   * The value, when it is there.
   *
   * @throws {TimeoutError} If it was not there within `timeout`. The task goes on, and this may be called again.
   * @throws what the task has thrown, as often as this is called; the signal's reason if it was aborted first
   */
  async get(options?: WaitOptions): Promise<T> {
    const timeout = timeoutOf(options);
    await this.#latch.wait(timeout, signalOf(options));
    return this.#take(timeout);
  }

  /** Like {@link get}, but blocks the thread, and with it the event loop. */
  getSync(options?: BlockOptions): T {
    const timeout = blockingTimeoutOf(options);
    this.#source.block(() => this.ready, timeout);
    return this.#take(timeout);
  }

  /** Waits until it has ended. Returns false if the time was over first. */
  async wait(options?: WaitOptions): Promise<boolean> {
    return this.#latch.wait(timeoutOf(options), signalOf(options));
  }

  /** Like {@link wait}, but blocks the thread. */
  waitSync(options?: BlockOptions): boolean {
    return this.#source.block(() => this.ready, blockingTimeoutOf(options));
  }

  /**
   * Takes it back if no worker has begun with it; it then rejects with an `AbortError`.
   *
   * @returns false if it has begun or ended: nothing has changed then
   */
  cancel(): boolean {
    return this.#ending === undefined && this.#source.cancel();
  }

  /** @internal */
  [DESCRIBE](): Description {
    if (this.#ending === undefined) return { state: 'pending' };
    return { state: 'value' in this.#ending ? 'fulfilled' : 'rejected', ...this.#ending };
  }

  then<R = T, E = never>(
    onValue?: ((value: T) => R | PromiseLike<R>) | null,
    onError?: ((error: unknown) => E | PromiseLike<E>) | null,
  ): Promise<R | E> {
    return this.get().then(onValue, onError);
  }

  #take(timeout: number): T {
    if (this.#ending === undefined) throw new TimeoutError(`The result was not there within ${timeout} ms`);
    if ('error' in this.#ending) throw this.#ending.error;
    return this.#ending.value;
  }
}

/** What a cancelled task rejects with. */
export function cancelledError(): DOMException {
  return new DOMException('The task was cancelled before it had begun', 'AbortError');
}
