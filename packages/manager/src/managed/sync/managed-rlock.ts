import { NotOwnedError } from '@multiprocess/shared-memory';
import type { Call } from '../call.js';
import type { Caller, HeldResource } from '../caller.js';
import { Waiters } from '../waiters.js';
import { waitOf } from '../arguments.js';
import { OperationObject } from '../operation-object.js';

/** What a condition needs of its lock. */
interface Relockable {
  isHeldBy(caller: Caller, context: number): boolean;
  /** Frees it altogether, for a wait; returns how often it was taken. */
  leave(): number;
  /** Takes it again as often, if it is free. */
  tryReenter(caller: Caller, context: number, times: number): boolean;
  /** Calls back when it has become free. */
  onFree(tell: () => void): void;
}

/**
 * A lock that its owner may take again. The owner is an async context of a client, named by a number; 0 is the thread as a
 * whole.
 */
export class ManagedRLock extends OperationObject implements HeldResource, Relockable {
  readonly proxy = 'RLockProxy';
  readonly #waiters = new Waiters();
  readonly #listeners: (() => void)[] = [];
  #owner: Caller | undefined;
  #context = 0;
  #times = 0;
  #leftByDead = false;
  #ownerDied = false;

  protected readonly operations = {
    acquire: (call: Call, timeout: unknown, context: unknown) => this.acquire(call, waitOf(timeout), Number(context)),
    release: (call: Call, context: unknown) => {
      this.release(call.caller, Number(context));
    },
    locked: () => this.#owner !== undefined,
    ownerDied: () => this.#ownerDied,
  };

  acquire(call: Call, timeout: number | null, context: number): unknown {
    if (this.isHeldBy(call.caller, context)) {
      this.#times++;
      return true;
    }
    return this.#waiters.succeed(call, timeout, () => this.tryReenter(call.caller, context, 1));
  }

  release(caller: Caller, context: number): void {
    if (!this.isHeldBy(caller, context)) {
      throw new NotOwnedError(
        'The caller does not hold this lock: release() without a matching acquire(), or not by its owner',
      );
    }
    if (--this.#times === 0) this.#free();
  }

  isHeldBy(caller: Caller, context: number): boolean {
    return this.#owner === caller && this.#context === context;
  }

  leave(): number {
    const times = this.#times;
    this.#free();
    return times;
  }

  tryReenter(caller: Caller, context: number, times: number): boolean {
    this.#owner?.endIfDead();
    if (this.#owner !== undefined) return false;
    this.#owner = caller;
    this.#context = context;
    this.#times = times;
    caller.holds.add(this);
    this.#ownerDied = this.#leftByDead;
    this.#leftByDead = false;
    return true;
  }

  onFree(tell: () => void): void {
    this.#listeners.push(tell);
  }

  releaseOf(caller: Caller): void {
    if (this.#owner !== caller) return;
    this.#leftByDead = true;
    this.#free();
  }

  #free(): void {
    this.#owner?.holds.delete(this);
    this.#owner = undefined;
    this.#times = 0;
    for (const tell of this.#listeners) tell();
    this.#waiters.serve();
  }
}
