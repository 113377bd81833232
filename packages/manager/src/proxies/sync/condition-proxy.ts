import {
  awaitSteps,
  blockSteps,
  checkBlockingTimeout,
  checkFunction,
  checkNumber,
  checkSignal,
  checkTimeout,
  clock,
  step,
} from '@multiprocess/shared-memory';
import type { BlockOptions, Steps, WaitOptions } from '@multiprocess/shared-memory';
import { notAwaited } from '@multiprocess/sync';
import { registerProxy } from '../attach-proxy.js';
import { wireTimeout } from '../forms.js';
import { RLockProxy } from './rlock-proxy.js';

/**
 * A condition in a manager; made by {@link Manager.condition}. It has its own `RLock`, and
 * callers wait for a notification that something has changed.
 */
export class ConditionProxy extends RLockProxy {
  protected override readonly kind = 'ConditionProxy';

  /** @throws {@link HandleError} if it stands for something else, or the manager is gone. */
  static override attach(handle: string): ConditionProxy {
    return attachCondition(handle);
  }

  /**
   * Gives the lock back, waits to be notified, and takes the lock again, as often as it was taken.
   *
   * @returns false after a timeout; the lock is held again all the same
   * @throws {@link NotOwnedError} if the caller does not hold the lock.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted; a notification that came as well went to another waiter
   */
  async wait(options?: WaitOptions): Promise<boolean> {
    return awaitSteps(this.#waiting(options, checkTimeout));
  }

  /** Like {@link wait}, but blocks the thread, and with it the event loop. */
  waitSync(options?: BlockOptions): boolean {
    return blockSteps(this.#waiting(options, checkBlockingTimeout));
  }

  /**
   * Waits until `predicate`, called here with the lock held, returns something truthy. One `timeout` covers all of it.
   *
   * @returns the predicate's last result; falsy after a timeout
   * @throws what {@link wait} and `predicate` throw
   */
  async waitFor<R>(predicate: () => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
    return awaitSteps(this.#waitingFor(predicate as () => R, options, checkTimeout));
  }

  /** Like {@link waitFor}, but blocks the thread. @throws {@link TypeError} if `predicate` is async: a promise is always truthy. */
  waitForSync<R>(predicate: () => R, options?: BlockOptions): R {
    return blockSteps(this.#waitingFor(predicate, options, checkBlockingTimeout));
  }

  /**
   * Wakes up to `n` waiters; they go on when the lock is free. Wakes none if `n` is 0 or less.
   *
   * @throws {@link TypeError} or {@link RangeError} if `n` is not a number.
   * @throws {@link NotOwnedError} if the caller does not hold the lock.
   */
  async notify(n = 1): Promise<void> {
    await this.call('notify', [this.context.current, wholeNumber(n)]);
  }

  /** Like {@link notify}, but blocks the thread until that has been done. */
  notifySync(n = 1): void {
    this.callSync('notify', [this.context.current, wholeNumber(n)]);
  }

  /** Wakes all waiters. */
  async notifyAll(): Promise<void> {
    await this.call('notify', [this.context.current, null]);
  }

  /** Like {@link notifyAll}, but blocks the thread until that has been done. */
  notifyAllSync(): void {
    this.callSync('notify', [this.context.current, null]);
  }

  *#waiting(options: WaitOptions | undefined, timeoutIn: typeof checkTimeout): Steps<boolean> {
    const args = [wireTimeout(timeoutIn(options)), this.context.current];
    const signal = checkSignal(options);
    const resume = this.context.suspend();
    try {
      const notified = yield* step(
        () => this.call('wait', args, signal),
        () => this.callSync('wait', args),
      );
      return notified as boolean;
    } finally {
      resume(); // whatever ended the wait, the lock is held again
    }
  }

  *#waitingFor<R>(predicate: () => R, options: WaitOptions | undefined, timeoutIn: typeof checkTimeout): Steps<R> {
    checkFunction('predicate', predicate);
    const deadline = clock.now() + timeoutIn(options);
    const signal = checkSignal(options);
    for (;;) {
      const result = yield* step(predicate, () => notAwaited(predicate(), 'waitForSync()', 'waitFor()'));
      const timeout = deadline - clock.now();
      if (Boolean(result) || timeout <= 0) return result;
      yield* this.#waiting({ timeout, signal }, timeoutIn);
    }
  }
}

function wholeNumber(n: number): number {
  return Math.floor(checkNumber('n', n, { min: -Infinity }));
}

const attachCondition = registerProxy('ConditionProxy', ConditionProxy);
