import { checkNumber, NotOwnedError } from '@multiprocess/shared-memory';
import type { Call } from '../call.js';
import { GIVEN_UP } from '../call.js';
import { Waiters } from '../waiters.js';
import { waitOf } from '../arguments.js';
import { ManagedRLock } from './managed-rlock.js';
import { OperationObject } from '../operation-object.js';

interface Sleeper {
  notified: boolean;
}

/** A lock, and waiting for a notification that something under it has changed. */
export class ManagedCondition extends OperationObject {
  readonly proxy = 'ConditionProxy';
  readonly #lock = new ManagedRLock();
  readonly #sleepers = new Set<Sleeper>();
  readonly #waiters = new Set<Waiters>();

  constructor() {
    super();
    this.#lock.onFree(() => {
      this.#serve();
    });
  }

  protected readonly operations = {
    acquire: (call: Call, timeout: unknown, context: unknown) =>
      this.#lock.acquire(call, waitOf(timeout), Number(context)),
    release: (call: Call, context: unknown) => {
      this.#lock.release(call.caller, Number(context));
    },
    locked: (call: Call) => this.#lock.invoke('locked', [], call),
    ownerDied: (call: Call) => this.#lock.invoke('ownerDied', [], call),
    wait: (call: Call, timeout: unknown, context: unknown) => this.#wait(call, waitOf(timeout), Number(context)),
    notify: (call: Call, context: unknown, n: unknown = 1) => {
      this.#checkHeld(call, Number(context), 'notify()');
      let left = n === null ? Infinity : checkNumber('n', n, { min: -Infinity });
      for (const sleeper of this.#sleepers) {
        if (left <= 0) break;
        if (sleeper.notified) continue;
        sleeper.notified = true;
        left--;
      }
    },
  };

  /** Frees the lock, sleeps until notified, and takes the lock again, whatever ends the sleep: the caller has it afterwards. */
  async #wait(call: Call, timeout: number | null, context: number): Promise<unknown> {
    this.#checkHeld(call, context, 'wait()');
    const sleeper: Sleeper = { notified: false };
    this.#sleepers.add(sleeper);
    const times = this.#lock.leave();
    const { caller } = call;
    const woken = await this.#sleep(call, timeout, () =>
      sleeper.notified ? this.#relock(call, context, times) : undefined,
    );
    this.#sleepers.delete(sleeper);
    if (woken === true) return true;
    // Given up. A notification that it got meanwhile goes to another sleeper.
    if (sleeper.notified) this.#passOn();
    while (caller.isOpen && (await this.#sleep(call, null, () => this.#relock(call, context, times))) !== true);
    return woken === undefined ? false : GIVEN_UP;
  }

  #relock(call: Call, context: number, times: number): true | undefined {
    return this.#lock.tryReenter(call.caller, context, times) || undefined;
  }

  async #sleep(call: Call, timeout: number | null, attempt: () => true | undefined): Promise<unknown> {
    const own = new Waiters(); // sleepers wait for different things, so none queues up behind another
    this.#waiters.add(own);
    try {
      return await own.wait(call, timeout, attempt);
    } finally {
      this.#waiters.delete(own);
    }
  }

  #serve(): void {
    for (const waiters of this.#waiters) waiters.serve();
  }

  #passOn(): void {
    for (const sleeper of this.#sleepers) {
      if (sleeper.notified) continue;
      sleeper.notified = true;
      this.#serve();
      return;
    }
  }

  #checkHeld(call: Call, context: number, what: string): void {
    if (this.#lock.isHeldBy(call.caller, context)) return;
    throw new NotOwnedError(`${what} needs the lock, which the caller does not hold: acquire it first`);
  }
}
