import { DeadlockError, blockingTimeoutOf, signalOf, timeoutOf, waitSync } from '@multiprocess/shared-memory';
import type { BlockOptions, NameOptions, ObjectMemory, SlabCell, WaitOptions } from '@multiprocess/shared-memory';
import { attachHandle, registerClass } from '../object/attach.js';
import { OwnerContext, ownerContext } from '../async-context/owner-context.js';
import type { Guard } from '../object/guard.js';
import { checkedContext, mayEnterAgain, notOwnedError } from '../async-context/owner-checks.js';
import { MutexObject } from './mutex-object.js';
import { RecursiveMutex, THREAD } from '../words/recursive-mutex.js';
import { sizedMemory } from '../object/sized-memory.js';
import type { Suspended } from '../object/suspendable.js';

const KIND = 'sync.RLock';

// Layout: a recursive mutex. What it holds after a crash, and why no wake is lost, is said in recursive-mutex.ts.
const MUTEX = 0;
const BYTES = RecursiveMutex.WORDS * 4;

/** What to make an {@link RLock} with. */
export type RLockOptions = NameOptions;

/**
 * Mutual exclusion between processes, threads and async contexts, which its owner may take again: it is free when it has
 * been released as often.
 *
 * What was awaited belongs to the async context that goes on after the `await`, and to what that calls, awaits or starts:
 * two tasks of one thread exclude each other. What a form that does not await took (`acquireSync`, `tryAcquire`,
 * `holdSync`, `runSync`) belongs to the thread with all that runs in it, as in Python. Not fair; callers that await in
 * one thread are served in their order. When the holder ends, however it ends, the next waiter takes the
 * lock over within 200 ms and finds {@link ownerDied} true.
 *
 * A function that awaits something else first, then acquires and returns, does not make its caller the owner: take the
 * lock with {@link hold} and return the guard, or acquire it where it is released.
 *
 * @example
 * ```ts source="../sync.examples.ts#rlock"
 * using lock = new RLock();
 *
 * const append = (text: string): Promise<void> => lock.run(() => write(text));
 *
 * await lock.run(async () => {
 *   await append('takes it again,'); // since the caller has it
 *   await append('and gives it back as often');
 * });
 * ```
 *
 * @see {@link https://docs.python.org/3/library/multiprocessing.html#multiprocessing.RLock | Python's RLock}
 */
export class RLock extends MutexObject<RecursiveMutex> {
  /**
   * Makes a lock, or attaches to the one of the same name.
   *
   * @throws {HandleError} If the name is taken by something else.
   * @throws {OutOfMemoryError} If shared memory is full.
   */
  constructor(options?: RLockOptions);
  /** @internal */
  constructor(memory: ObjectMemory);
  constructor(from: RLockOptions | ObjectMemory = {}) {
    const memory = sizedMemory(from, KIND, BYTES);
    super(memory, new RecursiveMutex(memory.words, memory.firstWord + MUTEX, memory.thread));
  }

  /**
   * The lock that a handle stands for.
   *
   * @throws {HandleError} If it stands for something else, or no living process has it.
   */
  static attach(handle: string): RLock {
    return new RLock(attachHandle(handle, KIND));
  }

  /** @internal A lock that is a part of another object, from that word on: it is free where there are zeros. */
  static within(whole: SlabCell, word: number): RLock {
    return new RLock(whole.part({ kind: KIND, word, byteLength: BYTES }));
  }

  /** Takes it for the thread, once more if it has it already. Never waits. */
  override tryAcquire(): boolean {
    this.openSegment();
    return this.#take(THREAD);
  }

  /**
   * Takes it for the async context that goes on after this is awaited, once more if that has it already.
   *
   * @returns false after a timeout; nothing was taken
   * @throws {ClosedError} If it is closed here, also while this waits.
   * @throws the signal's reason if it was aborted; nothing was taken
   */
  override acquire(options?: WaitOptions): Promise<boolean> {
    const hold = new OwnerContext();
    return hold.borneBy(() => this.#acquire(hold, options));
  }

  /**
   * Takes it for the thread, which it blocks, and the event loop with it. An async context that has it takes it once more.
   *
   * @throws {DeadlockError} If another async context of this thread holds it and there is no timeout: that context
   * could never go on and release it.
   */
  override acquireSync(options?: BlockOptions): boolean {
    this.openSegment();
    const timeout = options === undefined ? Infinity : blockingTimeoutOf(options);
    if (this.#take(THREAD)) return true;
    if (timeout === 0) return false;
    if (timeout === Infinity && this.mutex.hold !== undefined) {
      throw new DeadlockError(
        'Another async context of this thread holds this lock; blocking the thread would keep it from releasing. Await acquire() instead',
      );
    }
    return this.taken(waitSync(this.thread.parker, this.mutex.locking(THREAD), timeout));
  }

  /**
   * Releases it once. The last release wakes one waiter. Never waits.
   *
   * @throws {NotOwnedError} If the caller does not hold it.
   */
  override release(): void {
    this.#leave(this.checkHeld());
  }

  /** Takes it for a `using` block, as {@link acquire} does. Any code of this thread may release the guard. */
  override hold(options?: WaitOptions): Promise<Guard> {
    const hold = new OwnerContext();
    return hold.borneBy(() => {
      const taken = this.#acquire(hold, options);
      return typeof taken === 'boolean' ? this.guard(taken, options) : taken.then((is) => this.guard(is, options));
    });
  }

  /** @internal Returns on whose behalf it is held. */
  checkHeld(): number {
    this.openSegment();
    return checkedContext(this.mutex.hold);
  }

  /** @internal */
  suspend(): Suspended {
    const hold = this.checkHeld();
    const depth = this.mutex.unlockAll();
    const { resume, resumeSync } = this.suspendedUntil(() => this.mutex.locking(hold, depth));
    return {
      resume: () =>
        resume().catch((error: unknown) => {
          ownerContext(hold)?.end();
          throw error;
        }),
      resumeSync,
    };
  }

  protected override returner(): () => void {
    const held = this.mutex.hold;
    return () => {
      this.openSegment();
      const hold = this.mutex.hold;
      if (hold === undefined || hold !== held) throw notOwnedError(hold);
      this.#leave(hold);
    };
  }

  #acquire(hold: OwnerContext, options: WaitOptions | undefined): boolean | Promise<boolean> {
    this.openSegment();
    const timeout = timeoutOf(options);
    const signal = signalOf(options);
    const isMine = this.#enterAgain();
    if (!isMine && (this.waitQueue.isEmpty || timeout === 0) && this.#takeAnew(hold.number)) return true;
    if (!isMine && timeout !== 0) return this.#wait(hold, timeout, signal);
    hold.end();
    return isMine;
  }

  async #wait(hold: OwnerContext, timeout: number, signal: AbortSignal | undefined): Promise<boolean> {
    let taken = false;
    try {
      taken = this.taken(await this.waitQueue.wait(() => this.mutex.locking(hold.number), timeout, signal));
      return taken;
    } finally {
      if (!taken) hold.end();
    }
  }

  #take(hold: number): boolean {
    return this.#takeAnew(hold) || this.#enterAgain();
  }

  #takeAnew(hold: number): boolean {
    if (this.mutex.tryLock(hold)) return this.taken(false);
    return this.mutex.tryTakeOver(hold) && this.taken(true);
  }

  /** Re-enters where the caller owns it for sure. */
  #enterAgain(): boolean {
    if (!mayEnterAgain(this.mutex.hold)) return false;
    this.mutex.enterAgain();
    return true;
  }

  #leave(hold: number): void {
    if (this.mutex.unlock() && hold !== THREAD) ownerContext(hold)?.end();
  }
}

registerClass(KIND, RLock, (peek) => RecursiveMutex.look(peek, MUTEX));
