import { checkFunction, checkSignal, checkTimeout, TimeoutError, within } from '@multiprocess/shared-memory';
import type { StoreAcquirable, WaitOptions } from '@multiprocess/shared-memory';
import type { Hold } from '../store/hold.js';
import { RedisGuard } from './redis-guard.js';
import { RedisObject } from './redis-object.js';

/** What can be taken and given back. */
export abstract class AcquirableObject extends RedisObject implements StoreAcquirable {
  /**
   * Takes it, waiting until that is possible. Fair: first come, first served.
   *
   * @returns false after a timeout; nothing was taken
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted; nothing was taken
   * @throws {@link EngineConnectionError} if the server is gone for too long; what was taken meanwhile is given back.
   */
  abstract acquire(options?: WaitOptions): Promise<boolean>;

  /**
   * Gives it back.
   *
   * @throws {@link NotOwnedError} if it is not held.
   * @throws {@link LockLostError} if the server took this program for dead while it held it: another may have it.
   */
  abstract release(): Promise<void>;

  /** Takes it for an `await using` block. The guard's `signal` aborts when it is lost. @throws {@link TimeoutError} after a timeout. */
  async hold(options?: WaitOptions): Promise<RedisGuard> {
    checkTimeout(options); // here, since the line of the caller may be out of the sight of what is called below
    checkSignal(options);
    if (!(await this.acquire(options))) throw late(options);
    return this.#guard();
  }

  /**
   * Takes it, calls `fn` and waits for what it returns, and gives it back whatever happens.
   *
   * @param fn gets what `hold()` would give: a signal that aborts when it is lost, and a fence
   * @throws {@link LockLostError} if it was lost meanwhile.
   */
  async run<R>(fn: (guard: RedisGuard) => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
    checkFunction('fn', fn);
    checkTimeout(options);
    checkSignal(options);
    // Awaited here, since a lock that may be taken again belongs to the code behind that.
    if (!(await this.acquire(options))) throw late(options);
    const guard = this.#guard();
    try {
      return await fn(guard);
    } finally {
      await guard.release();
    }
  }

  /** What has just been acquired. @internal */
  protected abstract get held(): Hold;

  /** Gives back that hold, and no other. @internal */
  protected abstract giveBack(hold: Hold): Promise<void>;

  #guard(): RedisGuard {
    const hold = this.held;
    return new RedisGuard(hold, () => this.giveBack(hold));
  }
}

function late(options: WaitOptions | undefined): TimeoutError {
  return new TimeoutError(`It was not free${within(checkTimeout(options))}`);
}
