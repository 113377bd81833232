import {
  checkFunction,
  checkNumber,
  checkSignal,
  checkTimeout,
  clock,
  LongTimer,
  onAborted,
} from '@multiprocess/shared-memory';
import type { StoreCondition, WaitOptions } from '@multiprocess/shared-memory';
import { notify, sleep, wakeUp } from '../scripts/condition.js';
import type { Reply } from '../session/call.js';
import { lostError } from '../store/hold.js';
import type { Hold } from '../store/hold.js';
import { registerObject } from './attach-object.js';
import { RedisRLock } from './redis-rlock.js';

/**
 * A condition on Redis; made by {@link RedisStore.condition}. It has its own `RLock`, and callers wait for a notification that
 * something has changed.
 */
export class RedisCondition extends RedisRLock implements StoreCondition {
  protected override readonly kind: string = 'Condition';

  /** @throws {@link HandleError} if it stands for something else. */
  static override attach(handle: string): RedisCondition {
    return attachCondition(handle);
  }

  /**
   * Gives the lock back, waits to be notified, and takes the lock again, as often as it was taken.
   *
   * @returns false after a timeout; the lock is held again all the same. Also true if the server took this program for dead
   * meanwhile, since a notification may have been missed
   * @throws {@link NotOwnedError} if the caller does not hold the lock.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted; a notification that came as well went to another waiter
   */
  async wait(options?: WaitOptions): Promise<boolean> {
    const timeout = checkTimeout(options);
    const signal = checkSignal(options);
    const { state } = this;
    const hold = this.checkHeld('wait()');
    const { times, holdingContext } = state;
    const resume = this.context.suspend();
    state.hold = undefined;
    state.times = 0;
    this.core.returned(hold);
    try {
      return await this.#sleep(hold, timeout, signal);
    } finally {
      state.times = times;
      state.holdingContext = holdingContext;
      resume(); // whatever ended the wait, the lock is held again
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

  /**
   * Wakes up to `count` waiters; they go on when the lock is free. Wakes none if `count` is 0 or less.
   *
   * @throws {@link NotOwnedError} if the caller does not hold the lock.
   */
  async notify(count = 1): Promise<void> {
    await this.#notify(Math.max(0, Math.floor(checkNumber('count', count, { min: -Infinity }))));
  }

  /** Wakes all waiters. */
  async notifyAll(): Promise<void> {
    await this.#notify(-1);
  }

  async #notify(count: number): Promise<void> {
    const hold = this.checkHeld('notify()');
    const reply = await this.request(notify, [hold.holder, count === Infinity ? '-1' : String(count)]);
    if (reply.how !== '+') throw lostError();
  }

  /** Ends with the lock, but for an error of the connection. */
  async #sleep(hold: Hold, timeout: number, signal: AbortSignal | undefined): Promise<boolean> {
    const call = await this.beginRequest(sleep, [hold.holder]);
    let wasNotified = true;
    let abortedWith: { readonly reason: unknown } | undefined;
    let woken: Promise<void> | undefined;
    const wake = (pass: '1' | ''): void => {
      timer.cancel();
      stopListening();
      const asked = this.beginRequest(wakeUp, [String(call.number), pass]).then((one) => one.answered);
      woken = asked.then(
        (reply) => {
          wasNotified = reply.how === '+';
        },
        () => undefined, // the call itself fails as well
      );
    };
    const timer = new LongTimer(timeout, () => wake(''));
    const stopListening = onAborted(signal, (reason) => {
      abortedWith = { reason };
      wake('1');
    });
    try {
      await this.#regain(hold, await call.answered);
    } finally {
      timer.cancel();
      stopListening();
    }
    await woken; // its reply comes behind the lock
    if (abortedWith !== undefined) throw abortedWith.reason;
    return wasNotified;
  }

  async #regain(hold: Hold, reply: Reply): Promise<void> {
    if (reply.how === '+') {
      this.state.hold = this.core.granted(reply.caller, BigInt(reply.body.toString('latin1')));
      return;
    }
    if (!hold.isLost && reply.caller.split(' ')[0] === hold.holder.split(' ')[0]) throw lostError();
    // The session was lost while it slept, and has another id now.
    await this.takeAgain();
  }
}

const attachCondition = registerObject('Condition', RedisCondition);
