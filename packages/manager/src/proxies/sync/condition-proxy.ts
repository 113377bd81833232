import { blockingTimeoutOf, checkFunction, checkNumber, clock, signalOf, timeoutOf } from '@multiprocess/shared-memory';
import type { BlockOptions, WaitOptions } from '@multiprocess/shared-memory';
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
   * @returns false if the time was over first; the lock is held again all the same
   * @throws {NotOwnedError} If the caller does not hold the lock.
   * @throws the signal's reason if it was aborted; a notification that came as well went to another waiter
   */
  async wait(options?: WaitOptions): Promise<boolean> {
    const args = [wireTimeout(timeoutOf(options)), this.context.current];
    const signal = signalOf(options);
    const resume = this.context.suspend();
    try {
      return (await this.call('wait', args, signal)) as boolean;
    } finally {
      resume(); // whatever ended the wait, the lock is held again
    }
  }

  /** Like {@link wait}, but blocks the thread. */
  waitSync(options?: BlockOptions): boolean {
    const args = [wireTimeout(blockingTimeoutOf(options)), this.context.current];
    const resume = this.context.suspend();
    try {
      return this.callSync('wait', args) as boolean;
    } finally {
      resume();
    }
  }

  /**
   * Waits until `predicate`, which runs here and under the lock, holds.
   *
   * @returns what it returned last
   */
  async waitFor<R>(predicate: () => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
    checkFunction('predicate', predicate);
    const deadline = clock.now() + timeoutOf(options);
    signalOf(options);
    for (;;) {
      const result = await predicate();
      const timeout = deadline - clock.now();
      if (result || timeout <= 0) return result;
      await this.wait({ ...options, timeout });
    }
  }

  /** Like {@link waitFor}, but blocks the thread. */
  waitForSync<R>(predicate: () => R, options?: BlockOptions): R {
    checkFunction('predicate', predicate);
    const deadline = clock.now() + blockingTimeoutOf(options);
    for (;;) {
      const result = predicate();
      const timeout = deadline - clock.now();
      if (result || timeout <= 0) return result;
      this.waitSync({ timeout });
    }
  }

  /** Wakes up to `count` waiters; they go on when the lock is free. @throws {NotOwnedError} If the caller does not hold it. */
  async notify(count = 1): Promise<void> {
    await this.call('notify', [this.context.current, checkNumber('count', count)]);
  }

  /** Like {@link notify}, but blocks the thread until that has been done. */
  notifySync(count = 1): void {
    this.callSync('notify', [this.context.current, checkNumber('count', count)]);
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

const attachCondition = registerProxy('ConditionProxy', ConditionProxy);
