import { callback, cancelledError } from '@multiprocess/pool';
import { Latch } from '@multiprocess/process';
import { checkSignal, checkTimeout, describable, DESCRIBE, TimeoutError } from '@multiprocess/shared-memory';
import type { Describable, Description, WaitOptions } from '@multiprocess/shared-memory';
import type { PoolCore } from '../caller/pool-core.js';
import type { Ending, RemoteTask } from '../caller/remote-task.js';
import type { ResultOptions } from './call-options.js';

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/**
 * The result of a call that runs on another host: an `AsyncResult` without the forms that block. It can be awaited like a promise. Unlike
 * with a promise, an error that is never read is not reported.
 */
export class DistributedResult<T> implements PromiseLike<T>, Describable {
  readonly #core: PoolCore;
  readonly #tasks: readonly RemoteTask[];
  readonly #latch = new Latch();
  #outcome: Outcome<T> | undefined;

  /** @internal */
  constructor(core: PoolCore, options: ResultOptions<T>, submit: (ending: Ending) => readonly RemoteTask[]) {
    const onValue = options.callback && callback(options.callback);
    const onError = options.errorCallback && callback(options.errorCallback);
    this.#core = core;
    this.#tasks = submit({
      resolve: (value) => {
        this.#end({ value: value as T });
        onValue?.(value as T);
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
   * @throws {@link TimeoutError} if it was not there within `timeout`. The call goes on, and you may call this again.
   * @throws what the call has thrown, each time this is called; the signal's reason if it was aborted first
   */
  async get(options?: WaitOptions): Promise<T> {
    const timeout = checkTimeout(options);
    await this.#latch.wait(timeout, checkSignal(options));
    if (this.#outcome === undefined) throw new TimeoutError(`The result was not there within ${timeout} ms`);
    if ('error' in this.#outcome) throw this.#outcome.error;
    return this.#outcome.value;
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

  /**
   * Cancels the call if no agent has begun it; it then rejects with an `AbortError`.
   *
   * @returns false if it has begun or ended; of a map, the chunks that had not begun are not run all the same
   * @throws what says that the server is away
   */
  async cancel(): Promise<boolean> {
    return this.#core.cancel(this.#tasks, cancelledError);
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

  #end(outcome: Outcome<T>): void {
    this.#outcome = outcome;
    this.#latch.open();
  }
}
