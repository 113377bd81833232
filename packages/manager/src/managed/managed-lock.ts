import { NotOwnedError } from '@multiprocess/shared-memory';
import type { Call } from '../server/call.js';
import type { Hold, Session } from '../server/session.js';
import { Waiters, afterWait } from '../server/waiters.js';
import { waitOf } from './arguments.js';
import { WaitingObject } from './waiting-object.js';

/** Mutual exclusion. Fair; anyone may release it; a client that ends does not keep it. */
export class ManagedLock extends WaitingObject implements Hold {
  readonly proxy = 'LockProxy';
  readonly #waiters = new Waiters();
  #owner: Session | undefined;
  #leftByDead = false;
  #ownerDied = false;

  protected readonly operations = {
    acquire: (call: Call, timeout: unknown) =>
      afterWait(
        this.#waiters.wait(call, waitOf(timeout), () => this.#take(call.session)),
        (taken) => taken === true,
      ),
    release: () => {
      if (this.#owner === undefined) throw new NotOwnedError('This lock is not held: released once too often');
      this.#free();
    },
    locked: () => this.#owner !== undefined,
    ownerDied: () => this.#ownerDied,
  };

  releaseOf(session: Session): void {
    if (this.#owner !== session) return;
    this.#leftByDead = true;
    this.#free();
  }

  #take(session: Session): true | undefined {
    this.#owner?.endIfDead();
    if (this.#owner !== undefined) return undefined;
    this.#owner = session;
    session.holds.add(this);
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
