import {
  DeadlockError,
  NotOwnedError,
  OwnerMutex,
  blockingTimeoutOf,
  ownerIn,
  signalOf,
  timeoutOf,
  waitSync,
} from '@multiprocess/shared-memory';
import type { BlockOptions, NameOptions, ObjectMemory, WaitOptions } from '@multiprocess/shared-memory';
import { attachHandle, registerClass } from '../object/attach.js';
import { MutexObject } from './mutex-object.js';
import { sizedMemory } from '../object/sized-memory.js';
import type { Suspended } from '../object/suspendable.js';

const KIND = 'sync.Lock';

// Layout: one word, an owner mutex. For its state after a crash, and why no wake is lost, see owner-mutex.ts.
const MUTEX = 0;
const BYTES = 4;

/** How to create a {@link Lock}. */
export type LockOptions = NameOptions;

/**
 * Mutual exclusion between processes and threads.
 *
 * Not reentrant: a holder that acquires it again waits for itself. Not fair: a newcomer can overtake a waiter that is just
 * waking up, but async callers in one thread are served in order. Any thread may release it, as in Python. When the holder
 * ends, however it ends, the next waiter takes the lock over within 200 ms and finds {@link ownerDied} true.
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
export class Lock extends MutexObject<OwnerMutex> {
  /**
   * Creates a lock, or attaches to the one of the same name.
   *
   * @throws {HandleError} If the name is taken by something else.
   * @throws {OutOfMemoryError} If shared memory is full.
   */
  constructor(options?: LockOptions);
  /** @internal */
  constructor(memory: ObjectMemory);
  constructor(from: LockOptions | ObjectMemory = {}) {
    const memory = sizedMemory(from, KIND, BYTES);
    super(memory, new OwnerMutex(memory.words, memory.firstWord + MUTEX, memory.thread));
  }

  /**
   * The lock that a handle stands for.
   *
   * @throws {HandleError} If it stands for something else, or no living process has it.
   */
  static attach(handle: string): Lock {
    return new Lock(attachHandle(handle, KIND));
  }

  /** Takes it if it is free. Never waits. */
  override tryAcquire(): boolean {
    this.openSegment();
    return this.#take();
  }

  /**
   * Takes it, waiting until it is free.
   *
   * @returns false after a timeout; nothing was taken
   * @throws {ClosedError} If it is closed here, also during the wait.
   * @throws the signal's reason if it was aborted; nothing was taken
   */
  override async acquire(options?: WaitOptions): Promise<boolean> {
    this.openSegment();
    const timeout = timeoutOf(options);
    const signal = signalOf(options);
    if ((this.waitQueue.isEmpty || timeout === 0) && this.#take()) return true;
    if (timeout === 0) return false;
    return this.taken(await this.waitQueue.wait(() => this.mutex.locking(), timeout, signal));
  }

  /**
   * Like {@link acquire}, but blocks the thread, and with it the event loop.
   *
   * @throws {DeadlockError} If this thread holds it and there is no `timeout`: it would wait for itself for ever.
   */
  override acquireSync(options?: BlockOptions): boolean {
    this.openSegment();
    const timeout = options === undefined ? Infinity : blockingTimeoutOf(options);
    if (this.mutex.tryLock()) {
      this.tookOver = false;
      return true;
    }
    if (this.#take()) return true;
    if (timeout === 0) return false;
    if (timeout === Infinity && this.mutex.owner === this.thread.self) {
      throw new DeadlockError('This thread holds this lock already and would wait for itself for ever');
    }
    return this.taken(waitSync(this.thread.parker, this.mutex.locking(), timeout));
  }

  /**
   * Releases it, whichever thread holds it, and wakes one waiter. Never waits.
   *
   * @throws {NotOwnedError} If it is not held.
   */
  override release(): void {
    this.openSegment();
    if (!this.mutex.unlock()) throw new NotOwnedError('This lock is not held: release() without a matching acquire()');
  }

  /** @internal */
  checkHeld(): void {
    this.openSegment();
    if (this.mutex.owner !== this.thread.self) throw new NotOwnedError('This thread does not hold the lock');
  }

  /** @internal */
  suspend(): Suspended {
    this.checkHeld();
    this.mutex.unlock();
    return this.suspendedUntil(() => this.mutex.locking());
  }

  #take(): boolean {
    if (this.mutex.tryLock()) return this.taken(false);
    return this.mutex.tryTakeOver() && this.taken(true);
  }
}

registerClass(KIND, Lock, (peek) => ({ owners: [ownerIn(peek(MUTEX, 1)[0]!)] }));
