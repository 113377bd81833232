import type { WaitOptions } from '../arguments/wait-options.js';
import type { SharedObject } from '../base/shared-object.js';

/** Something held in a store. It is given back at the end of an `await using` block, and only once. */
export interface StoreGuard extends AsyncDisposable, Disposable {
  /** Gives it back now. Idempotent. */
  release(): Promise<void>;
}

/** What can be taken and given back. Fair: first come, first served. */
export interface StoreAcquirable extends SharedObject {
  /**
   * Takes it, waiting until that is possible.
   *
   * @returns false after a timeout; nothing was taken
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted; nothing was taken
   */
  acquire(options?: WaitOptions): Promise<boolean>;
  /** Gives it back. @throws {@link NotOwnedError} if it is not held. */
  release(): Promise<void>;
  /** Takes it for an `await using` block. @throws {@link TimeoutError} after a timeout. */
  hold(options?: WaitOptions): Promise<StoreGuard>;
  /** Takes it, calls `fn` and waits for what it returns, and gives it back whatever happens. */
  run<R>(fn: () => R | PromiseLike<R>, options?: WaitOptions): Promise<R>;
}

/** A lock of a store. A client that ends, for whatever reason, does not keep it. */
export interface StoreLock extends StoreAcquirable {
  /** Whether it is held. */
  locked(): Promise<boolean>;
  /** Whether the holder, or the last one, got it from a client that ended while it held it: what it protects may be half-changed. */
  ownerDied(): Promise<boolean>;
}

/** Permits of a store. */
export interface StoreSemaphore extends StoreAcquirable {
  release(count?: number): Promise<void>;
  /** How many permits are free. */
  value(): Promise<number>;
}

/** A condition of a store, with a lock of its own that its owner may take again. */
export interface StoreCondition extends StoreLock {
  /**
   * Gives the lock back, waits to be notified, and takes the lock again, as often as it was taken.
   *
   * @returns false after a timeout; the lock is held again all the same
   * @throws {@link NotOwnedError} if the caller does not hold the lock.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted; a notification that came as well went to another waiter
   */
  wait(options?: WaitOptions): Promise<boolean>;
  /**
   * Waits until `predicate`, called here with the lock held, returns something truthy. One `timeout` covers all of it.
   *
   * @returns the predicate's last result; falsy after a timeout
   */
  waitFor<R>(predicate: () => R | PromiseLike<R>, options?: WaitOptions): Promise<R>;
  /** Wakes up to `count` waiters; they go on when the lock is free. @throws {@link NotOwnedError} if the caller does not hold the lock. */
  notify(count?: number): Promise<void>;
  /** Wakes all waiters. */
  notifyAll(): Promise<void>;
}

/** A flag of a store. */
export interface StoreEvent extends SharedObject {
  /** Whether it is set. */
  isSet(): Promise<boolean>;
  /** Sets it: all that wait go on. */
  set(): Promise<void>;
  /** Clears it: from now on calls wait again. */
  clear(): Promise<void>;
  /** Waits until it is set. @returns false after a timeout */
  wait(options?: WaitOptions): Promise<boolean>;
}

/** A barrier of a store. A party whose client ends breaks it. */
export interface StoreBarrier extends SharedObject {
  /** Breaks it for the parties that wait, and makes it as new. */
  reset(): Promise<void>;
  /** Breaks it. */
  abort(): Promise<void>;
  /** How many must wait for all to go on. */
  parties(): Promise<number>;
  /** How many wait. */
  waiting(): Promise<number>;
  /** Whether it is broken: waits throw until it is reset. */
  broken(): Promise<boolean>;
  /**
   * Waits until all parties do; the last one has the barrier's action run first.
   *
   * @returns a number from 0 on, another one for each party
   * @throws {@link BrokenBarrierError} if it is broken, or breaks meanwhile, as it does after a timeout.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted; the other parties wait on
   */
  wait(options?: WaitOptions): Promise<number>;
}
