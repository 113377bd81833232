import { types } from 'node:util';
import { LongTimer } from '@multiprocess/shared-memory';
import type { Call } from './call.js';
import { GIVEN_UP } from './call.js';

interface Waiter {
  readonly call: Call;
  readonly attempt: () => unknown;
  readonly settle: (result: unknown) => void;
}

/**
 * Calls that wait for the same thing. Fair: first come, first served. Only a call with a timeout of 0 does not queue up
 * behind the others.
 *
 * Everything runs in the one thread of the server, so a wait is a closure in a list, and no wake can be lost.
 */
export class Waiters {
  readonly #waiters = new Set<Waiter>();

  get size(): number {
    return this.#waiters.size;
  }

  /**
   * What `attempt` returns as soon as that is not undefined.
   *
   * @param timeout ms, 0 for one try, null for ever
   * @returns undefined after a timeout
   */
  wait<R>(call: Call, timeout: number | null, attempt: () => R | undefined): R | undefined | Promise<R | undefined> {
    if (this.#waiters.size === 0 || timeout === 0) {
      const result = attempt();
      if (result !== undefined || timeout === 0) return result;
    }
    return new Promise((resolve) => {
      let timer: LongTimer | undefined;
      const settle = (result: unknown): void => {
        this.#waiters.delete(waiter);
        timer?.cancel();
        call.giveUp = undefined;
        resolve(result as R | undefined);
        if (result === undefined || result === GIVEN_UP) this.serve(); // the next one may be served
      };
      const waiter: Waiter = { call, attempt, settle };
      this.#waiters.add(waiter);
      call.giveUp = () => {
        settle(GIVEN_UP);
      };
      if (timeout !== null) {
        timer = new LongTimer(timeout, () => {
          settle(undefined);
        });
      }
    });
  }

  /** Whether `attempt` returned true in time. */
  succeed(call: Call, timeout: number | null, attempt: () => boolean): unknown {
    return afterWait(
      this.wait(call, timeout, () => attempt() || undefined),
      (done) => done === true,
    );
  }

  /** Something has changed: serves the calls in front, until one must go on waiting. */
  serve(): void {
    for (const waiter of this.#waiters) {
      if (!waiter.call.caller.isOpen) continue; // about to be ended: what it took would be lost
      const result = waiter.attempt();
      if (result === undefined) return;
      waiter.settle(result);
    }
  }
}

/** Goes on with the result of a wait, unless that was given up. */
export function afterWait<R, S>(
  result: R | undefined | Promise<R | undefined>,
  next: (result: R | undefined) => S,
): S | Promise<S | typeof GIVEN_UP> {
  if (!types.isPromise(result)) return next(result);
  return result.then((settled) => ((settled as unknown) === GIVEN_UP ? GIVEN_UP : next(settled)));
}
