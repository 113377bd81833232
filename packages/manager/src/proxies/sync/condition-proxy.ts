import {
  checkBlockingTimeout,
  checkFunction,
  checkNumber,
  clock,
  checkSignal,
  checkTimeout,
} from '@multiprocess/shared-memory';
import type { BlockOptions, WaitOptions } from '@multiprocess/shared-memory';
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

  /** @throws {HandleError} If it stands for something else, or the manager is gone. */
  static override attach(handle: string): ConditionProxy {
    return attachCondition(handle);
  }

  /**
   * Gives the lock back, waits to be notified, and takes the lock again, as often as it was taken.
   *
   * @returns false after a timeout; the lock is held again all the same
   * @throws {NotOwnedError} If the caller does not hold the lock.
   * @throws the signal's reason if it was aborted; a notification that came as well went to another waiter
   */
  async wait(options?: WaitOptions): Promise<boolean> {
    const args = [wireTimeout(checkTimeout(options)), this.context.current];
    const signal = checkSignal(options);
    const resume = this.context.suspend();
    try {
      return (await this.call('wait', args, signal)) as boolean;
    } finally {
      resume(); // whatever ended the wait, the lock is held again
    }
  }

  /** Like {@link wait}, but blocks the thread. */
  waitSync(options?: BlockOptions): boolean {
    const args = [wireTimeout(checkBlockingTimeout(options)), this.context.current];
    const resume = this.context.suspend();
    try {
      return this.callSync('wait', args) as boolean;
    } finally {
      resume();
    }
  }

  /**
   * Waits until `predicate`, called here with the lock held, returns something truthy. One `timeout` covers all of it.
   *
   * @returns the predicate's last result; falsy after a timeout
   * @throws what {@link wait} and `predicate` throw
   */
  async waitFor<R>(predicate: () => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
    checkFunction('predicate', predicate);
    const deadline = clock.now() + checkTimeout(options);
    const signal = checkSignal(options);
    for (;;) {
      const result = await predicate();
      const timeout = deadline - clock.now();
      if (result || timeout <= 0) return result;
      await this.wait({ timeout, signal });
    }
  }

  /** Like {@link waitFor}, but blocks the thread. @throws {TypeError} If `predicate` is async: a promise is always truthy. */
  waitForSync<R>(predicate: () => R, options?: BlockOptions): R {
    checkFunction('predicate', predicate);
    const deadline = clock.now() + checkBlockingTimeout(options);
    for (;;) {
      const result = notAwaited(predicate(), 'waitForSync()', 'waitFor()');
      const timeout = deadline - clock.now();
      if (result || timeout <= 0) return result;
      this.waitSync({ timeout });
    }
  }

  /**
   * Wakes up to `count` waiters; they go on when the lock is free. Wakes none if `count` is 0 or less.
   *
   * @throws {TypeError | RangeError} If `count` is not a number.
   * @throws {NotOwnedError} If the caller does not hold the lock.
   */
  async notify(count = 1): Promise<void> {
    await this.call('notify', [this.context.current, countOf(count)]);
  }

  /** Like {@link notify}, but blocks the thread until that has been done. */
  notifySync(count = 1): void {
    this.callSync('notify', [this.context.current, countOf(count)]);
  }

  /** Wakes all waiters. */
  async notifyAll(): Promise<void> {
    await this.call('notify', [this.context.current, null]);
  }

  /** Like {@link notifyAll}, but blocks the thread until that has been done. */
  notifyAllSync(): void {
    this.callSync('notify', [this.context.current, null]);
  }
}

function countOf(count: number): number {
  return Math.floor(checkNumber('count', count, { min: -Infinity }));
}

const attachCondition = registerProxy('ConditionProxy', ConditionProxy);
