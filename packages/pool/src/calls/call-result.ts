import { Latch } from '@multiprocess/process';
import {
  checkSignal,
  checkTimeout,
  describable,
  DESCRIBE,
  notSent,
  TimeoutError,
  within,
} from '@multiprocess/shared-memory';
import type { Describable, Description, WaitOptions } from '@multiprocess/shared-memory';
import { callback } from '../parent/callbacks.js';
import type { ResultOptions } from './task-options.js';

// Written with methods, so that the result of something narrower is one of something wider.
interface Ends<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/**
 * The result of a call that runs elsewhere. It can be awaited like a promise. Unlike with a promise, an error that is never
 * read is not reported.
 */
export abstract class CallResult<T> implements PromiseLike<T>, Describable {
  readonly #latch = new Latch();
  #outcome: Outcome<T> | undefined;

  static {
    describable(this.prototype);
    notSent(this.prototype, 'await it, and send what it gives');
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
    return this.take(timeout);
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

  /** What ends this, and then calls the callbacks. @internal */
  protected ending(options: ResultOptions<T>): Ends<T> {
    const onValue = options.callback && callback(options.callback);
    const onError = options.errorCallback && callback(options.errorCallback);
    return {
      resolve: (value) => {
        this.#end({ value });
        onValue?.(value);
      },
      reject: (error) => {
        this.#end({ error });
        onError?.(error);
      },
    };
  }

  /** The value, or throws. @internal */
  protected take(timeout: number): T {
    if (this.#outcome === undefined) throw new TimeoutError(`The result was not there${within(timeout)}`);
    if ('error' in this.#outcome) throw this.#outcome.error;
    return this.#outcome.value;
  }

  #end(outcome: Outcome<T>): void {
    this.#outcome = outcome;
    this.#latch.open();
  }
}

/** The error of a cancelled task. */
export function cancelledError(): DOMException {
  return new DOMException('The task was cancelled before it had begun', 'AbortError');
}
