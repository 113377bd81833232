import { NotOwnedError } from '@multiprocess/shared-memory';
import type { Call } from '../call.js';
import type { Caller, HeldResource } from '../caller.js';
import { Waiters } from '../waiters.js';
import { waitOf } from '../arguments.js';
import { OperationObject } from '../operation-object.js';

/** Mutual exclusion. Fair. Any client may release it. A client that ends does not keep it. */
export class ManagedLock extends OperationObject implements HeldResource {
  readonly proxy = 'LockProxy';
  readonly #waiters = new Waiters();
  #owner: Caller | undefined;
  #leftByDead = false;
  #ownerDied = false;

  protected readonly operations = {
    acquire: (call: Call, timeout: unknown) =>
      this.#waiters.succeed(call, waitOf(timeout), () => this.#take(call.caller)),
    release: () => {
      if (this.#owner === undefined)
        throw new NotOwnedError('This lock is not held: release() without a matching acquire()');
      this.#free();
    },
    locked: () => this.#owner !== undefined,
    ownerDied: () => this.#ownerDied,
  };

  releaseOf(caller: Caller): void {
    if (this.#owner !== caller) return;
    this.#leftByDead = true;
    this.#free();
  }

  #take(caller: Caller): boolean {
    this.#owner?.endIfDead();
    if (this.#owner !== undefined) return false;
    this.#owner = caller;
    caller.holds.add(this);
    this.#ownerDied = this.#leftByDead;
    this.#leftByDead = false;
    return true;
  }

  #free(): void {
    this.#owner?.holds.delete(this);
    this.#owner = undefined;
    this.#waiters.serve();
  }
}
