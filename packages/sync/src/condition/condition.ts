import {
  argumentError,
  attachSegment,
  awaitSteps,
  blockSteps,
  checkBlockingTimeout,
  checkFunction,
  checkNaming,
  checkNumber,
  checkOptions,
  checkSignal,
  checkTimeout,
  clock,
  NAME_OPTIONS,
  registerSegmentClass,
  Segment,
  step,
} from '@multiprocess/shared-memory';
import type { BlockOptions, Description, NameOptions, Steps, WaitOptions } from '@multiprocess/shared-memory';
import { Acquirable } from '../object/acquirable.js';
import { attachConditionLock } from './condition-lock.js';
import { CONDITION_KIND, createCondition, lookAtCondition, openWaiterTable } from './condition-segment.js';
import type { Guard } from '../object/guard.js';
import { notAwaited } from '../object/not-awaited.js';
import { isLock } from '../lock/is-lock.js';
import type { Lock } from '../lock/lock.js';
import type { RLock } from '../lock/rlock.js';
import type { WaiterTable } from '../words/waiter-table.js';

/** How to create a {@link Condition}. */
export interface ConditionOptions extends NameOptions {
  /** The lock to hold while you check or change the condition. Default: an `RLock` of its own. */
  readonly lock?: Lock | RLock | undefined;
}

/**
 * A lock, and a way to wait until a holder of the lock notifies you of a change.
 *
 * A notification goes to waiters of that moment, in any process, in no particular order. It is not kept for later waiters. A
 * waiter that was killed takes none.
 *
 * @example
 * ```ts source="../sync.examples.ts#condition"
 * using changed = new Condition();
 * const todo: string[] = []; // as a rule in shared memory
 *
 * const worker = changed.run(async () => {
 *   await changed.waitFor(() => todo.length > 0);
 *   return todo.shift();
 * });
 *
 * await changed.run(() => {
 *   todo.push('something');
 *   changed.notify();
 * });
 * console.log(await worker);
 * ```
 *
 * @see {@link https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Condition | Python's Condition}
 */
export class Condition extends Acquirable {
  readonly #waiters: WaiterTable;
  readonly #lock: Lock | RLock;
  readonly #ownLock: Lock | RLock | undefined;

  /**
   * Creates a condition, or attaches to the one of the same name.
   *
   * @throws {@link TypeError} if `lock` is neither a `Lock` nor an `RLock`.
   * @throws {@link HandleError} if the name is taken by something else, or by a condition with another lock.
   * @throws {@link OutOfMemoryError} if shared memory is full.
   */
  constructor(options?: ConditionOptions);
  /** @internal */
  constructor(segment: Segment);
  constructor(from: ConditionOptions | Segment = {}) {
    const options = from instanceof Segment ? {} : checkOptions(from, '{ lock }', [...NAME_OPTIONS, 'lock']);
    const given = checkedLock(options.lock);
    const { segment, lock } =
      from instanceof Segment ? { segment: from } : createCondition(checkNaming(options), given);
    super(segment);
    this.#waiters = openWaiterTable(segment);
    this.#lock = lock ?? attachConditionLock(segment);
    this.#ownLock = this.#lock === given ? undefined : this.#lock;
  }

  /**
   * The condition that a handle stands for.
   *
   * @throws {@link HandleError} if it stands for something else, or no living process has it or its lock.
   */
  static attach(handle: string): Condition {
    return new Condition(attachSegment(handle, CONDITION_KIND));
  }

  /** The lock to hold while you check or change the condition. */
  get lock(): Lock | RLock {
    this.openSegment();
    return this.#lock;
  }

  /** @internal */
  protected override describeOpen(): Description {
    return { lock: this.#lock };
  }

  /** Takes the lock if it is free, as its own `tryAcquire` does. */
  override tryAcquire(): boolean {
    return this.lock.tryAcquire();
  }

  /** Takes the lock, as its own `acquire` does. */
  override acquire(options?: WaitOptions): Promise<boolean> {
    return this.isOpen ? this.#lock.acquire(options) : Promise.reject(this.closedError());
  }

  /** Takes the lock, as its own `acquireSync` does. */
  override acquireSync(options?: BlockOptions): boolean {
    return this.lock.acquireSync(options);
  }

  /** Takes the lock for a `using` block, as its own `hold` does. */
  override hold(options?: WaitOptions): Promise<Guard> {
    return this.isOpen ? this.#lock.hold(options) : Promise.reject(this.closedError());
  }

  /** @internal */
  override own(): void {
    this.#lock.own();
  }

  /** Takes the lock for a `using` block, as its own `holdSync` does. */
  override holdSync(options?: BlockOptions): Guard {
    return this.lock.holdSync(options);
  }

  /** Gives the lock back, as its own `release` does. */
  override release(): void {
    this.lock.release();
  }

  /**
   * Releases the lock, however often it was taken, waits for a notification, and takes the lock again as often. It takes the
   * lock again however the wait ends, and without a limit on the time.
   *
   * @returns false if there was no notification before the timeout
   * @throws {@link NotOwnedError} if the caller does not hold the lock.
   * @throws {@link ClosedError} if it is closed here, also during the wait.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted; a notification that came as well went to another waiter
   */
  async wait(options?: WaitOptions): Promise<boolean> {
    return awaitSteps(this.#waiting(options, checkTimeout));
  }

  /** Like {@link wait}, but blocks the thread, and with it the event loop. */
  waitSync(options?: BlockOptions): boolean {
    return blockSteps(this.#waiting(options, checkBlockingTimeout));
  }

  /**
   * Waits until `predicate`, called with the lock held, returns something truthy. One `timeout` covers all of it.
   *
   * @returns the predicate's last result; falsy after a timeout
   * @throws what {@link wait} and `predicate` throw
   */
  async waitFor<R>(predicate: () => R | PromiseLike<R>, options?: WaitOptions): Promise<Awaited<R>> {
    return awaitSteps(this.#waitingFor(predicate as () => Awaited<R>, options, checkTimeout));
  }

  /**
   * Like {@link waitFor}, but blocks the thread.
   *
   * @throws {@link TypeError} if `predicate` is async: a promise is always truthy.
   */
  waitForSync<R>(predicate: () => R, options?: BlockOptions): R {
    return blockSteps(this.#waitingFor(predicate, options, checkBlockingTimeout));
  }

  /**
   * Wakes up to `n` waiters, which go on when they have the lock. Never waits. Does nothing if `n` is 0 or less.
   *
   * @throws {@link TypeError} or {@link RangeError} if `n` is not a number.
   * @throws {@link NotOwnedError} if the caller does not hold the lock. Nothing was changed.
   */
  notify(n = 1): void {
    checkNumber('n', n, { min: -Infinity });
    this.lock.checkHeld('notify()');
    this.#waiters.notify(Math.floor(n));
  }

  /** Like {@link notify}, for all waiters. */
  notifyAll(): void {
    this.notify(Infinity);
  }

  override ref(): this {
    this.#ownLock?.ref();
    return super.ref();
  }

  override unref(): this {
    this.#ownLock?.unref();
    return super.unref();
  }

  /** Closes the condition in this thread, and its lock unless that was given as an option. Pending waits throw `ClosedError`. Idempotent. */
  override close(): void {
    this.#waiters.close();
    super.close();
    this.#ownLock?.close();
  }

  *#waiting(options: WaitOptions | undefined, timeoutIn: typeof checkTimeout): Steps<boolean> {
    const { lock } = this;
    const timeout = timeoutIn(options);
    const signal = checkSignal(options);
    lock.checkHeld('wait()');
    this.#waiters.enter();
    const suspended = lock.suspend();
    const resume = () =>
      step(
        () => suspended.resume(),
        () => suspended.resumeSync(),
      );
    let notified: true | undefined;
    try {
      notified = yield* this.waitQueue.step(() => this.#waiters.waiting(), timeout, signal);
    } catch (error) {
      yield* resume();
      if (this.#waiters.leave()) this.#waiters.notify(1); // the notification goes to another waiter
      throw error;
    }
    yield* resume();
    return notified === true || this.#waiters.leave();
  }

  *#waitingFor<R>(predicate: () => R, options: WaitOptions | undefined, timeoutIn: typeof checkTimeout): Steps<R> {
    checkFunction('predicate', predicate);
    const deadline = clock.now() + timeoutIn(options);
    const signal = checkSignal(options);
    this.lock.checkHeld('waitFor()');
    for (;;) {
      const result = yield* step(predicate, () => notAwaited(predicate(), 'waitForSync()', 'waitFor()'));
      const timeout = deadline - clock.now();
      if (Boolean(result) || timeout <= 0) return result;
      yield* this.#waiting({ timeout, signal }, timeoutIn);
    }
  }
}

registerSegmentClass(CONDITION_KIND, Condition, lookAtCondition);

function checkedLock(lock: unknown): Lock | RLock | undefined {
  if (lock === undefined || isLock(lock)) return lock;
  throw argumentError('lock', 'a Lock or an RLock', lock);
}
