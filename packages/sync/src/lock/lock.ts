import { DeadlockError, NotOwnedError, ObjectMemory } from '@multiprocess/shared-memory';
import type { BlockOptions, Coroutine, Description, OwnerMutex } from '@multiprocess/shared-memory';
import { neededError } from '../async-context/owner-checks.js';
import { attachHandle, registerClass } from '../object/attach.js';
import type { FairMutex } from '../words/fair-mutex.js';
import { createLock, isFair, LOCK_KIND, lookAtLock, mutexIn } from './lock-memory.js';
import type { LockOptions } from './lock-memory.js';
import { MutexObject } from './mutex-object.js';
import type { Suspended } from '../object/suspendable.js';

// acquire() is inherited from takeable.ts, hold() and run() from acquirable.ts.

/**
 * Mutual exclusion between processes and threads.
 *
 * Not reentrant: a holder that acquires it again waits for itself. Not fair, unless it is made with `fair: true`: a newcomer can
 * overtake a waiter that is just waking up, but async callers in one thread are served in order. Any thread may release it, as in
 * Python. When the holder ends, for whatever reason, the next waiter takes the lock over within 200 ms and finds {@link ownerDied} true.
 *
 * A fair lock goes to threads in order of arrival, be they of one process or of many, and `tryAcquire` overtakes none that waits. Each
 * release with a waiter then costs a change of threads, during which no thread has the lock to work with: take it where the
 * longest wait matters, not the sum of the work. Waiters that died or gave up are passed over; one that is stopped has its turn. At most 255 threads can have it or
 * wait for it; another one gets an `OutOfMemoryError`.
 *
 * @example
 * ```ts source="../sync.examples.ts#lock"
 * using lock = new Lock({ name: 'report' });
 *
 * await lock.run(async () => {
 *   await write('one at a time, wherever');
 * });
 *
 * if (await lock.acquire({ timeout: 500 })) {
 *   try {
 *     if (lock.ownerDied) await write('its last holder died with it: check what it left');
 *   } finally {
 *     lock.release();
 *   }
 * }
 * ```
 *
 * @see {@link https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Lock | Python's Lock}
 */
export class Lock extends MutexObject<FairMutex | OwnerMutex> {
  readonly #isFair: boolean;

  /**
   * Creates a lock, or attaches to the one of the same name.
   *
   * @throws {@link HandleError} if the name is taken by something else, or by a lock with another `fair`.
   * @throws {@link OutOfMemoryError} if shared memory is full.
   */
  constructor(options?: LockOptions);
  /** @internal */
  constructor(memory: ObjectMemory);
  constructor(from: LockOptions | ObjectMemory = {}) {
    const memory = from instanceof ObjectMemory ? from : createLock(from);
    super(memory, mutexIn(memory));
    this.#isFair = isFair(memory);
  }

  /**
   * The lock that a handle stands for.
   *
   * @throws {@link HandleError} if it stands for something else, or no living process has it.
   */
  static attach(handle: string): Lock {
    return new Lock(attachHandle(handle, LOCK_KIND));
  }

  override acquireSync(options?: BlockOptions): boolean {
    this.openSegment();
    // The uncontended path, without the calls that other classes share and that cost more when several are in use.
    if (options !== undefined || !this.mutex.tryLock()) return super.acquireSync(options);
    this.tookOver = false;
    return true;
  }

  /**
   * Releases it, whichever thread holds it, and wakes one waiter. Never waits.
   *
   * @throws {@link NotOwnedError} if it is not held.
   */
  override release(): void {
    this.openSegment();
    if (!this.mutex.unlock()) throw new NotOwnedError('This lock is not held: release() without a matching acquire()');
  }

  /** @internal */
  protected override describeOpen(): Description {
    return { ...super.describeOpen(), fair: this.#isFair ? true : undefined };
  }

  /** @internal */
  checkHeld(needing: string): void {
    this.openSegment();
    if (this.mutex.owner !== this.thread.self) throw neededError(needing);
  }

  /** @internal */
  suspend(): Suspended {
    this.checkHeld('wait()');
    this.mutex.unlock();
    return this.suspendedUntil(() => this.mutex.locking());
  }

  protected override tryTake(): boolean {
    if (this.mutex.tryLock()) return this.taken(false);
    return this.mutex.tryTakeOver() && this.taken(true);
  }

  protected override taking(): Coroutine<boolean> {
    return this.mutex.locking();
  }

  protected override checkDeadlock(): void {
    if (this.mutex.owner !== this.thread.self) return;
    throw new DeadlockError('This thread holds this lock already and would wait for itself for ever');
  }
}

registerClass(LOCK_KIND, Lock, lookAtLock);
