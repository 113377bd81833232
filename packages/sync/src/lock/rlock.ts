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

// Layout: a recursive mutex. For its state after a crash, and why no wake is lost, see recursive-mutex.ts.
const MUTEX = 0;
const BYTES = RecursiveMutex.WORDS * 4;

/** How to create an {@link RLock}. */
export type RLockOptions = NameOptions;

/**
 * A reentrant lock between processes, threads and async contexts: its owner may take it again, and it is free when it has
 * been released as often.
 *
 * If you await it, it belongs to the code after the `await`, and to all that this calls, awaits or starts: two tasks of one
 * thread exclude each other. If you take it by a form that does not await (`acquireSync`, `tryAcquire`, `holdSync`,
 * `runSync`), it belongs to the thread, as in Python. Not fair, but async callers in one thread are served in order. When
 * the holder ends, however it ends, the next waiter takes the lock over within 200 ms and finds {@link ownerDied} true.
 *
 * A function that first awaits something else, then acquires the lock and returns, does not make its caller the owner: take
 * the lock by {@link hold} and return the guard, or acquire it in the function that releases it.
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
   * Creates a lock, or attaches to the one of the same name.
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

  /** @internal A lock that is a part of another object, from that word on. Zeros are a free lock. */
  static within(whole: SlabCell, word: number): RLock {
    return new RLock(whole.part({ kind: KIND, word, byteLength: BYTES }));
  }

  /** Takes it for the thread, once more if the thread has it already. Never waits. */
  override tryAcquire(): boolean {
    this.openSegment();
    return this.#take(THREAD);
  }

  /**
   * Takes it for the code that goes on after this is awaited, once more if the caller owns it already.
   *
   * @returns false after a timeout; nothing was taken
   * @throws {ClosedError} If it is closed here, also during the wait.
   * @throws the signal's reason if it was aborted; nothing was taken
   */
  override acquire(options?: WaitOptions): Promise<boolean> {
    const hold = new OwnerContext();
    return hold.borneBy(() => this.#acquire(hold, options));
  }

  /**
   * Takes it for the thread, which it blocks, and with it the event loop. A caller that owns it already takes it once more.
   *
   * @throws {DeadlockError} If another async context of this thread holds it and there is no `timeout`: that context could
   * never go on and release it.
   */
  override acquireSync(options?: BlockOptions): boolean {
    this.openSegment();
    const timeout = options === undefined ? Infinity : blockingTimeoutOf(options);
    if (this.#take(THREAD)) return true;
    if (timeout === 0) return false;
    if (timeout === Infinity && this.mutex.hold !== undefined) {
      throw new DeadlockError(
        'Another async context of this thread holds this lock; blocking the thread would keep it from releasing the lock. Await acquire() instead',
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

  /** @internal Returns the hold: THREAD, or the number of an owner context. */
  checkHeld(): number {
    this.openSegment();
    return checkedContext(this.mutex.hold);
  }

  /** @internal */
  suspend(): Suspended {
    const hold = this.checkHeld();
    const depth = this.mutex.unlockAll();
    const suspended = this.suspendedUntil(() => this.mutex.locking(hold, depth));
    const resume = () =>
      suspended.resume().catch((error: unknown) => {
        ownerContext(hold)?.end();
        throw error;
      });
    return { ...suspended, resume };
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

  /** Takes it once more if the caller owns it for sure. */
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
