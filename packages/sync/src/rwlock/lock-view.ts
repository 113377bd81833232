import {
  checkBlockingTimeout,
  checkFunction,
  checkSignal,
  checkTimeout,
  describable,
  DESCRIBE,
  notSent,
  TimeoutError,
  WaitQueue,
  waitSync,
  within,
} from '@multiprocess/shared-memory';
import type {
  BlockOptions,
  Coroutine,
  Describable,
  Description,
  Parker,
  WaitOptions,
} from '@multiprocess/shared-memory';
import { Guard } from '../object/guard.js';
import { notAwaited } from '../object/not-awaited.js';
import type { SharedMutex } from '../words/shared-mutex.js';

/** The object that a view belongs to, which lives as long as the view. */
export interface Viewed {
  /** The words, while the object is open here. @throws {@link ClosedError} Afterwards. */
  open(): SharedMutex;
  readonly parker: Parker;
}

/** One of the two ways to hold an `RWLock`, used like a lock. To send it to another thread, send the `RWLock`. */
export abstract class LockView implements Describable {
  /** @internal */
  protected readonly viewed: Viewed;
  readonly #onTaken: (ownerDied: boolean) => void;
  readonly #waitQueue: WaitQueue;
  #ownerDied = false;

  /** @internal */
  constructor(viewed: Viewed, onTaken: (ownerDied: boolean) => void) {
    this.viewed = viewed;
    this.#onTaken = onTaken;
    this.#waitQueue = new WaitQueue(viewed.parker);
  }

  static {
    describable(this.prototype);
    notSent(this.prototype, 'send its RWLock, and use the same view of that there');
  }

  /** Whether a thread holds it in this way. May be out of date when it is read. */
  abstract get locked(): boolean;

  /** Whether the last acquire through this view found that a writer had died: what it wrote may be half-changed. */
  get ownerDied(): boolean {
    return this.#ownerDied;
  }

  /** @internal */
  [DESCRIBE](): Description {
    return { locked: this.locked };
  }

  /** Takes it if that needs no wait. Never overtakes a waiter. */
  tryAcquire(): boolean {
    return this.#taken(this.tryTake());
  }

  /**
   * Takes it, waiting until that is possible.
   *
   * @returns false after a timeout; nothing was taken
   * @throws {@link ClosedError} if it is closed here, also during the wait.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted; nothing was taken
   */
  async acquire(options?: WaitOptions): Promise<boolean> {
    this.viewed.open();
    const timeout = checkTimeout(options);
    const signal = checkSignal(options);
    if ((this.#waitQueue.isEmpty || timeout === 0) && this.#taken(this.tryTake())) return true;
    if (timeout === 0) return false;
    return this.#taken(await this.#waitQueue.wait(this.taking(), timeout, signal));
  }

  /**
   * Like {@link acquire}, but blocks the thread, and with it the event loop.
   *
   * @throws {@link DeadlockError} if this thread would wait for itself, and there is no `timeout`.
   */
  acquireSync(options?: BlockOptions): boolean {
    this.viewed.open();
    const timeout = options === undefined ? Infinity : checkBlockingTimeout(options);
    if (this.#taken(this.tryTake())) return true;
    if (timeout === 0) return false;
    if (this.#taken(this.takeBeforeBlocking(timeout))) return true;
    return this.#taken(waitSync(this.viewed.parker, this.taking()(), timeout));
  }

  /**
   * Gives it back, once. Never waits.
   *
   * @throws {@link NotOwnedError} if this thread does not hold it in this way. Nothing was changed.
   */
  abstract release(): void;

  /**
   * Takes it for a `using` block. Any code of this thread may release the guard.
   *
   * @throws {@link TimeoutError} after a timeout.
   * @throws what {@link acquire} throws
   */
  async hold(options?: WaitOptions): Promise<Guard> {
    return this.#guard(await this.acquire(options), options);
  }

  /** Like {@link hold}, but blocks the thread. */
  holdSync(options?: BlockOptions): Guard {
    return this.#guard(this.acquireSync(options), options);
  }

  /** Takes it, calls `fn`, awaits the result, and gives it back however `fn` ends. Throws what {@link hold} throws. */
  async run<R>(fn: () => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
    checkFunction('fn', fn);
    const guard = await this.hold(options);
    try {
      return await fn();
    } finally {
      guard.release();
    }
  }

  /**
   * Like {@link run}, but blocks the thread.
   *
   * @throws {@link TypeError} if `fn` is async: after its first `await` it is not protected. It has been called by then.
   */
  runSync<R>(fn: () => R, options?: BlockOptions): R {
    checkFunction('fn', fn);
    const guard = this.holdSync(options);
    try {
      return notAwaited(fn(), 'runSync()', 'run()');
    } finally {
      guard.release();
    }
  }

  /** @internal Pending calls of this view. */
  get waits(): WaitQueue {
    return this.#waitQueue;
  }

  /** @internal Takes it if that needs no wait. Returns whether the last writer died while it wrote; undefined if not taken. */
  protected abstract tryTake(): boolean | undefined;

  /** @internal Begins a wait: returns how to take it when its turn has come, and to return the same. */
  protected abstract taking(): () => Coroutine<boolean>;

  /**
   * @internal Like {@link tryTake}, when this thread is about to block. Throws a DeadlockError if it would wait for itself for
   * ever.
   */
  protected abstract takeBeforeBlocking(timeout: number): boolean | undefined;

  #taken(ownerDied: boolean | undefined): boolean {
    if (ownerDied === undefined) return false;
    this.#ownerDied = ownerDied;
    this.#onTaken(ownerDied);
    return true;
  }

  #guard(taken: boolean, options: WaitOptions | undefined): Guard {
    if (!taken) throw new TimeoutError(`The ${this.constructor.name} was not free${within(checkTimeout(options))}`);
    return new Guard(() => this.release());
  }
}
