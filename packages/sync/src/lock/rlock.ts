import { checkSignal, checkTimeout, DeadlockError } from '@multiprocess/shared-memory';
import type { Coroutine, NameOptions, ObjectMemory, SlabCell, WaitOptions } from '@multiprocess/shared-memory';
import { attachHandle, registerClass } from '../object/attach.js';
import { OwnerContext, ownerContext, ownFromHere } from '../async-context/owner-context.js';
import type { Guard } from '../object/guard.js';
import { checkedContext, mayEnterAgain, notOwnedError } from '../async-context/owner-checks.js';
import { MutexObject } from './mutex-object.js';
import { RecursiveMutex, THREAD } from '../words/recursive-mutex.js';
import { sizedMemory } from '../object/sized-memory.js';
import type { Suspended } from '../object/suspendable.js';

const KIND = 'sync.RLock';

// Layout: a recursive mutex. For its state after a crash, and why no wake is lost, see recursive-mutex.ts.
// acquire() is inherited from takeable.ts, hold() and run() from acquirable.ts.
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
 * the holder ends, for whatever reason, the next waiter takes the lock over within 200 ms and finds {@link ownerDied} true.
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
   * @throws {@link HandleError} if the name is taken by something else.
   * @throws {@link OutOfMemoryError} if shared memory is full.
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
   * @throws {@link HandleError} if it stands for something else, or no living process has it.
   */
  static attach(handle: string): RLock {
    return new RLock(attachHandle(handle, KIND));
  }

  /** @internal A lock that is a part of another object, from that word on. Zeros are a free lock. */
  static within(whole: SlabCell, word: number): RLock {
    return new RLock(whole.part({ kind: KIND, word, byteLength: BYTES }));
  }

  /**
   * Takes it for the code that goes on after this is awaited, once more if the caller owns it already.
   *
   * @returns false after a timeout; nothing was taken
   * @throws {@link ClosedError} if it is closed here, also during the wait.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted; nothing was taken
   */
  override acquire(options?: WaitOptions): Promise<boolean> {
    const context = new OwnerContext();
    return context.ownedByAwaitersOf(() => this.#acquire(context, options));
  }

  /**
   * Releases it once. The last release wakes one waiter. Never waits.
   *
   * @throws {@link NotOwnedError} if the caller does not hold it.
   */
  override release(): void {
    this.#leave(this.checkHeld());
  }

  /** Takes it for a `using` block, as {@link acquire} does. Any code of this thread may release the guard. */
  override hold(options?: WaitOptions): Promise<Guard> {
    const context = new OwnerContext();
    return context.ownedByAwaitersOf(() => {
      const taken = this.#acquire(context, options);
      return typeof taken === 'boolean' ? this.guard(taken, options) : taken.then((is) => this.guard(is, options));
    });
  }

  /** @internal */
  override own(): void {
    if (this.mutex.context !== undefined) ownFromHere(this.mutex.context);
  }

  /** @internal Returns its context: THREAD, or the number of an owner context. */
  checkHeld(needing?: string): number {
    this.openSegment();
    return checkedContext(this.mutex.context, needing);
  }

  /** @internal */
  suspend(): Suspended {
    const context = this.checkHeld('wait()');
    const depth = this.mutex.unlockAll();
    const suspended = this.suspendedUntil(() => this.mutex.locking(context, depth));
    const resume = () =>
      suspended.resume().catch((error: unknown) => {
        ownerContext(context)?.end();
        throw error;
      });
    return { ...suspended, resume };
  }

  protected override returner(): () => void {
    const held = this.mutex.context;
    return () => {
      this.openSegment();
      const context = this.mutex.context;
      if (context === undefined || context !== held) throw notOwnedError(context);
      this.#leave(context);
    };
  }

  #acquire(context: OwnerContext, options: WaitOptions | undefined): boolean | Promise<boolean> {
    this.openSegment();
    const timeout = checkTimeout(options);
    const signal = checkSignal(options);
    const isMine = this.#enterAgain(timeout === Infinity && signal === undefined);
    if (!isMine && (this.waitQueue.isEmpty || timeout === 0) && this.#takeAnew(context.number)) return true;
    if (!isMine && timeout !== 0) return this.#wait(context, timeout, signal);
    context.end();
    return isMine;
  }

  async #wait(context: OwnerContext, timeout: number, signal: AbortSignal | undefined): Promise<boolean> {
    let taken = false;
    try {
      taken = this.taken(await this.waitQueue.wait(() => this.mutex.locking(context.number), timeout, signal));
      return taken;
    } finally {
      if (!taken) context.end();
    }
  }

  /** For the thread. A caller that owns it already takes it once more. */
  protected override tryTake(): boolean {
    return this.#takeAnew(THREAD) || this.#enterAgain(false);
  }

  protected override taking(): Coroutine<boolean> {
    return this.mutex.locking(THREAD);
  }

  protected override checkDeadlock(): void {
    if (this.mutex.context === undefined) return;
    throw new DeadlockError(
      'Another async context of this thread holds this lock; blocking the thread would keep it from releasing the lock. Await acquire() instead',
    );
  }

  #takeAnew(context: number): boolean {
    if (this.mutex.tryLock(context)) return this.taken(false);
    return this.mutex.tryTakeOver(context) && this.taken(true);
  }

  /** Takes it once more if the caller owns it for sure. */
  #enterAgain(wouldWait: boolean): boolean {
    if (!mayEnterAgain(this.mutex.context, wouldWait)) return false;
    this.mutex.enterAgain();
    return true;
  }

  #leave(context: number): void {
    if (this.mutex.unlock() && context !== THREAD) ownerContext(context)?.end();
  }
}

registerClass(KIND, RLock, (peek) => RecursiveMutex.look(peek, MUTEX));
