import {
  checkBlockingTimeout,
  checkFunction,
  checkSignal,
  checkTimeout,
  TimeoutError,
  within,
} from '@multiprocess/shared-memory';
import type { BlockOptions, WaitOptions } from '@multiprocess/shared-memory';
import { apart, notAwaited } from '@multiprocess/sync';
import { wireTimeout } from '../forms.js';
import { ManagerProxy } from '../manager-proxy.js';
import { ProxyGuard } from './proxy-guard.js';

/** What the `sync` of a proxy has that can be taken and given back. */
export interface AcquirableView {
  /** Takes it, waiting until that is possible. @returns false after a timeout; nothing was taken */
  acquire(options?: BlockOptions): boolean;
  /** Gives it back. @throws {@link NotOwnedError} if it is not held. */
  release(): void;
  /** Takes it, calls `fn`, and gives it back whatever happens. @throws {@link TypeError} if `fn` is async. */
  run<R>(fn: () => R, options?: BlockOptions): R;
}

/** What can be taken and given back. */
export abstract class AcquirableProxy extends ManagerProxy {
  /**
   * Takes it, waiting until that is possible. Fair: first come, first served.
   *
   * @returns false after a timeout; nothing was taken
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted; nothing was taken
   */
  acquire(options?: WaitOptions): Promise<boolean> {
    return this.acquiring(options, []);
  }

  /** Like {@link acquire}, but blocks the thread, and with it the event loop. */
  acquireSync(options?: BlockOptions): boolean {
    return this.callSync('acquire', [wireTimeout(checkBlockingTimeout(options))]) as boolean;
  }

  /** Gives it back. @throws {@link NotOwnedError} if it is not held. */
  abstract release(): Promise<void>;

  /** Like {@link release}, but blocks the thread until that has been done. */
  abstract releaseSync(): void;

  /**
   * Takes it for an `await using` block. Waits as {@link acquire} does.
   *
   * @throws {@link TimeoutError} after a timeout; nothing was taken.
   * @throws what {@link acquire} throws
   */
  async hold(options?: WaitOptions): Promise<ProxyGuard> {
    if (!(await this.acquire(options))) throw this.#late(options);
    return new ProxyGuard(() => this.release());
  }

  /**
   * Takes it, calls `fn` and waits for what it returns, and gives it back whatever happens.
   *
   * @throws what {@link hold} and `fn` throw
   */
  async run<R>(fn: () => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
    checkFunction('fn', fn);
    const isTaken = await (apart ? apart(() => this.acquire(options)) : this.acquire(options));
    if (!isTaken) throw this.#late(options);
    try {
      this.own();
      return await fn();
    } finally {
      await this.release();
    }
  }

  /** Like {@link run}, but blocks the thread. @throws {@link TypeError} if `fn` is async. */
  runSync<R>(fn: () => R, options?: BlockOptions): R {
    checkFunction('fn', fn);
    if (!this.acquireSync(options)) throw this.#late(options);
    try {
      return notAwaited(fn(), 'runSync()', 'run()');
    } finally {
      this.releaseSync();
    }
  }

  /** @internal {@link run} has just taken it. */
  protected own(): void {}

  /** @internal */
  protected async acquiring(options: WaitOptions | undefined, more: readonly unknown[]): Promise<boolean> {
    const timeout = wireTimeout(checkTimeout(options));
    return (await this.call('acquire', [timeout, ...more], checkSignal(options))) as boolean;
  }

  #late(options: WaitOptions | undefined): TimeoutError {
    return new TimeoutError(`The ${this.kind} was not free${within(checkTimeout(options))}`);
  }
}
