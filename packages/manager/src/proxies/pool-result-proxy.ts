import type { BlockOptions, WaitOptions } from '@multiprocess/shared-memory';
import { registerProxy } from './attach-proxy.js';
import { defineForms, defineWaitingForms } from './forms.js';
import type { Forms } from './forms.js';
import { ManagerProxy } from './manager-proxy.js';
import { methodView } from './method-view.js';
import type { MethodView } from './method-view.js';

/** What a result of a pool can say at once. */
export interface PoolResultMethods {
  /** Whether it has ended, with a value or an error. */
  ready(): boolean;
  /** Whether it has ended without an error. @throws {@link TypeError} if it has not ended. */
  successful(): boolean;
  /** Cancels it if no worker has started it; `get()` then throws an `AbortError`. */
  cancel(): boolean;
}

/** What {@link PoolResultProxy} has in `sync`. */
export interface PoolResultView<T> extends PoolResultMethods {
  /** Waits for the value, and returns it. @throws what the task has thrown */
  get(options?: BlockOptions): T;
  /** Waits until it has ended. @returns false after a timeout */
  wait(options?: BlockOptions): boolean;
}

/**
 * The later result of a pool in a manager. Any client may ask for it, any number of times. It is not a promise, since no
 * call could return one: await `get()`.
 */
export type PoolResultProxy<T = unknown> = ManagerProxy &
  Forms<PoolResultMethods> & {
    /**
     * Waits for the value, and returns it.
     *
     * @throws {@link TimeoutError} if it was not there in time. The task goes on.
     * @throws what the task has thrown
     * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted. The task goes on.
     */
    get(options?: WaitOptions): Promise<T>;
    /** Like `get`, but blocks the thread, and with it the event loop. */
    getSync(options?: BlockOptions): T;
    /**
     * Waits until it has ended.
     *
     * @returns false after a timeout
     * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted. The task goes on.
     */
    wait(options?: WaitOptions): Promise<boolean>;
    /** Like `wait`, but blocks the thread, and with it the event loop. */
    waitSync(options?: BlockOptions): boolean;
    /** The same methods, which block the thread. */
    readonly sync: MethodView<PoolResultView<T>>;
  };

class Implementation extends ManagerProxy {
  protected readonly kind = 'PoolResultProxy';

  get sync(): MethodView<PoolResultView<unknown>> {
    return methodView<PoolResultView<unknown>>(this);
  }
}

defineForms(Implementation.prototype, ['ready', 'successful', 'cancel'] satisfies (keyof PoolResultMethods)[]);
defineWaitingForms(Implementation.prototype, { get: 0, wait: 0 });

/** Results of pools in managers; made by `applyAsync()` and others of a {@link PoolProxy}. */
export const PoolResultProxy = Object.assign(Implementation, {
  /** The proxy that a handle stands for. @throws {@link HandleError} if it stands for something else, or the manager is gone. */
  attach: registerProxy('PoolResultProxy', Implementation) as unknown as <T = unknown>(
    handle: string,
  ) => PoolResultProxy<T>,
});
