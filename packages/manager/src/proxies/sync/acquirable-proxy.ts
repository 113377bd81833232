import { TimeoutError, checkFunction, checkTimeout } from '@multiprocess/shared-memory';
import type { BlockOptions, WaitOptions } from '@multiprocess/shared-memory';
import { notAwaited } from '@multiprocess/sync';
import { ManagerProxy } from '../manager-proxy.js';
import { ProxyGuard } from './proxy-guard.js';

/** What can be taken and given back. */
export abstract class AcquirableProxy extends ManagerProxy {
  /**
   * Takes it, waiting until that is possible. Fair: first come, first served.
   *
   * @returns false after a timeout; nothing was taken
   * @throws the signal's reason if it was aborted; nothing was taken
   */
  abstract acquire(options?: WaitOptions): Promise<boolean>;

  /** Like {@link acquire}, but blocks the thread, and with it the event loop. */
  abstract acquireSync(options?: BlockOptions): boolean;

  /** Gives it back. @throws {NotOwnedError} If it is not held. */
  abstract release(): Promise<void>;

  /** Like {@link release}, but blocks the thread until that has been done. */
  abstract releaseSync(): void;

  /** Takes it for an `await using` block. @throws {TimeoutError} After a timeout. */
  async hold(options?: WaitOptions): Promise<ProxyGuard> {
    if (!(await this.acquire(options))) throw this.#late(options);
    return new ProxyGuard(() => this.release());
  }

  /** Takes it, calls `fn` and waits for what it returns, and gives it back whatever happens. */
  async run<R>(fn: () => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
    checkFunction('fn', fn);
    if (!(await this.acquire(options))) throw this.#late(options);
    try {
      return await fn();
    } finally {
      await this.release();
    }
  }

  /** Like {@link run}, but blocks the thread. @throws {TypeError} If `fn` is async. */
  runSync<R>(fn: () => R, options?: BlockOptions): R {
    checkFunction('fn', fn);
    if (!this.acquireSync(options)) throw this.#late(options);
    try {
      return notAwaited(fn(), 'runSync()', 'run()');
    } finally {
      this.releaseSync();
    }
  }

  #late(options: WaitOptions | undefined): TimeoutError {
    return new TimeoutError(`The ${this.kind} was not free within ${checkTimeout(options)} ms`);
  }
}
