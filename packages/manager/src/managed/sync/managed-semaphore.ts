import { checkInteger, NotOwnedError } from '@multiprocess/shared-memory';
import { Semaphore } from '@multiprocess/sync';
import type { Call } from '../call.js';
import type { Caller, HeldResource } from '../caller.js';
import { Waiters } from '../waiters.js';
import { waitOf } from '../arguments.js';
import { OperationObject } from '../operation-object.js';

/** Permits that any client may give back, also more than there were at first. */
export class ManagedSemaphore extends OperationObject {
  readonly proxy: string = 'SemaphoreProxy';
  protected permits: number;
  /** How many there can be. */
  protected max = Semaphore.MAX_PERMITS;
  readonly #waiters = new Waiters();

  constructor(permits: unknown = 1) {
    super();
    this.permits = checkInteger('permits', permits, { max: Semaphore.MAX_PERMITS });
  }

  protected readonly operations = {
    acquire: (call: Call, timeout: unknown) =>
      this.#waiters.succeed(call, waitOf(timeout), () => this.take(call.caller)),
    release: (call: Call, n: unknown = 1) => {
      this.#giveBack(call.caller, checkInteger('n', n, { min: 1 }));
    },
    value: () => this.permits,
  };

  protected take(caller: Caller): boolean {
    if (this.permits === 0 || !caller.isOpen) return false;
    this.permits--;
    return true;
  }

  /** Permits are about to be given back by that client. */
  protected forget?(caller: Caller, count: number): void;

  #giveBack(caller: Caller, count: number): void {
    if (this.permits + count > this.max) throw this.tooMany(count);
    this.forget?.(caller, count);
    this.add(count);
  }

  /** The error for giving back more than there can be. */
  protected tooMany(count: number): Error {
    return new RangeError(`Releasing ${count} would make more than ${Semaphore.MAX_PERMITS} permits`);
  }

  protected add(count: number): void {
    this.permits += count;
    this.#waiters.serve();
  }
}

/** Permits of which there are never more than at first. Those of clients that end come back. */
export class ManagedBoundedSemaphore extends ManagedSemaphore implements HeldResource {
  override readonly proxy = 'BoundedSemaphoreProxy';
  readonly #taken = new Map<Caller, number>();

  constructor(permits: unknown = 1) {
    super(permits);
    this.max = this.permits;
  }

  releaseOf(caller: Caller): void {
    const count = this.#taken.get(caller) ?? 0;
    this.#taken.delete(caller);
    this.add(Math.min(count, this.max - this.permits));
  }

  protected override tooMany(count: number): Error {
    return new NotOwnedError(
      `release() without a matching acquire(): fewer than ${count} of the permits of this semaphore are taken`,
    );
  }

  protected override take(caller: Caller): boolean {
    if (!super.take(caller)) return false;
    this.#taken.set(caller, (this.#taken.get(caller) ?? 0) + 1);
    caller.holds.add(this);
    return true;
  }

  /** Any client may give a permit back: one of its own, or else one of another client. */
  protected override forget(caller: Caller, count: number): void {
    const owners = [caller, ...this.#taken.keys()];
    for (const owner of owners) {
      const had = this.#taken.get(owner) ?? 0;
      const gone = Math.min(had, count);
      count -= gone;
      if (had > gone) this.#taken.set(owner, had - gone);
      else if (this.#taken.delete(owner)) owner.holds.delete(this);
      if (count === 0) return;
    }
  }
}
