import {
  CorruptSegmentError,
  DeadlockError,
  Line,
  NotOwnedError,
  OwnerMutex,
  Segment,
  SegmentObject,
  TimeoutError,
  blockingTimeoutOf,
  ownerIn,
  parseHandle,
  registerKind,
  signalOf,
  timeoutOf,
  waitSync,
} from '@multiprocess/shared-memory';
import type { BlockOptions, OwnerDescription, Thread, WaitOptions } from '@multiprocess/shared-memory';
import { Guard } from './guard.js';

const KIND = 'sync.Lock';

// Layout: one word, an owner mutex. What it holds after a crash, and why no wake is lost, is said in owner-mutex.ts.
const MUTEX = 0;
const BYTES = 64;

/** What to make a {@link Lock} with. */
export interface LockOptions {
  /** Under which unrelated programs of this user find it. Default: none but its handle. */
  readonly name?: string | undefined;
}

/**
 * Mutual exclusion between processes and threads, in any mixture.
 *
 * Not reentrant: who holds it and asks again waits for itself. Not fair: a caller that comes while a woken one is still
 * starting can be first; callers that await in one thread are served in their order. Anyone may release it, as in
 * Python. A holder that ends, however it ends, does not keep it: the next one who waits takes it over within 200 ms and
 * finds {@link ownerDied} true.
 *
 * @see {@link https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Lock | Python's Lock}
 */
export class Lock extends SegmentObject {
  readonly #thread: Thread;
  readonly #mutex: OwnerMutex;
  readonly #line: Line;
  #ownerDied = false;

  /**
   * Makes a lock, or attaches to the one of the same name.
   *
   * @throws {HandleError} If the name is taken by something else.
   * @throws {OutOfMemoryError} If shared memory is full.
   */
  constructor(options?: LockOptions);
  /** @internal */
  constructor(segment: Segment);
  constructor(from: LockOptions | Segment = {}) {
    const segment =
      from instanceof Segment ? from : Segment.create({ kind: KIND, byteLength: BYTES, name: from.name }).segment;
    super(segment);
    if (segment.byteLength !== BYTES) throw new CorruptSegmentError(`${segment.reference} is too short for a lock`);
    this.#thread = segment.thread;
    this.#mutex = new OwnerMutex(segment.words, MUTEX, segment.thread);
    this.#line = new Line(segment.thread.parker);
  }

  /**
   * The lock that a handle stands for.
   *
   * @throws {HandleError} If it stands for something else, or nobody living has it.
   */
  static attach(handle: string): Lock {
    const { kind, reference } = parseHandle(handle);
    return new Lock(Segment.attach(reference, KIND, kind));
  }

  /** Whether somebody holds it, who may have died meanwhile. May be out of date when it is read. */
  get locked(): boolean {
    this.openSegment();
    return this.#mutex.owner !== 0;
  }

  /** Who holds it; undefined if nobody does, or the holder has died. */
  get owner(): OwnerDescription | undefined {
    this.openSegment();
    return this.#thread.describe(this.#mutex.owner);
  }

  /**
   * Whether the last acquire through this object took the lock over from a holder that had died: what it protects may
   * be half-changed.
   */
  get ownerDied(): boolean {
    return this.#ownerDied;
  }

  /** Takes it if that can be done at once. Never waits. */
  tryAcquire(): boolean {
    this.openSegment();
    return this.#take();
  }

  /**
   * Takes it, waiting until it is free.
   *
   * @returns false if the time was over first; nothing was taken then
   * @throws {ClosedError} If it is closed here, also while this waits.
   * @throws the signal's reason if it was aborted; nothing was taken then
   */
  async acquire(options?: WaitOptions): Promise<boolean> {
    this.openSegment();
    const timeout = timeoutOf(options);
    const signal = signalOf(options);
    if ((this.#line.isEmpty || timeout === 0) && this.#take()) return true;
    if (timeout === 0) return false;
    return this.#taken(await this.#line.wait(() => this.#mutex.locking(), timeout, signal));
  }

  /**
   * Like {@link acquire}, but blocks the thread, and with it the event loop.
   *
   * @throws {DeadlockError} If this very thread holds it and there is no timeout: nobody could ever release it.
   */
  acquireSync(options?: BlockOptions): boolean {
    this.openSegment();
    const timeout = options === undefined ? Infinity : blockingTimeoutOf(options);
    if (this.#mutex.tryLock()) {
      this.#ownerDied = false;
      return true;
    }
    if (this.#take()) return true;
    if (timeout === 0) return false;
    if (timeout === Infinity && this.#mutex.owner === this.#thread.self) {
      throw new DeadlockError('This thread holds this lock already and would wait for itself for ever');
    }
    return this.#taken(waitSync(this.#thread.parker, this.#mutex.locking(), timeout));
  }

  /**
   * Gives it back, whoever holds it, and wakes one who waits. Never waits.
   *
   * @throws {NotOwnedError} If nobody holds it.
   */
  release(): void {
    this.openSegment();
    if (!this.#mutex.unlock()) throw new NotOwnedError('This lock is not held: released once too often');
  }

  /**
   * Takes it for a `using` block.
   *
   * @throws {TimeoutError} If the time was over first, and whatever else {@link acquire} throws.
   */
  async hold(options?: WaitOptions): Promise<Guard> {
    return this.#guard(await this.acquire(options), options);
  }

  /** Like {@link hold}, but blocks the thread. */
  holdSync(options?: BlockOptions): Guard {
    return this.#guard(this.acquireSync(options), options);
  }

  /** Takes it, calls `fn` and waits for what it returns, and gives it back whatever happens. Throws what {@link hold} throws. */
  async run<R>(fn: () => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
    const guard = await this.hold(options);
    try {
      return await fn();
    } finally {
      guard.release();
    }
  }

  /** Like {@link run}, but blocks the thread; `fn` must not be async. */
  runSync<R>(fn: () => R, options?: BlockOptions): R {
    const guard = this.holdSync(options);
    try {
      return fn();
    } finally {
      guard.release();
    }
  }

  /** Lets pending acquires keep the event loop alive, as they do from the start. */
  ref(): this {
    this.#line.ref();
    return this;
  }

  /** Lets the process end although an acquire is pending. */
  unref(): this {
    this.#line.unref();
    return this;
  }

  /** Lets go of the object in this thread, not of the lock. Pending acquires throw `ClosedError`. Idempotent. */
  override close(): void {
    this.#line.dismiss(() => this.closedError());
    super.close();
  }

  #take(): boolean {
    if (this.#mutex.tryLock()) return this.#taken(false);
    return this.#mutex.tryTakeOver() && this.#taken(true);
  }

  #taken(tookOver: boolean | undefined): boolean {
    if (tookOver === undefined) return false;
    this.#ownerDied = tookOver;
    return true;
  }

  #guard(taken: boolean, options: WaitOptions | undefined): Guard {
    if (!taken) throw new TimeoutError(`The lock was not free within ${timeoutOf(options)} ms`);
    return new Guard(() => {
      this.release();
    });
  }
}

registerKind(
  KIND,
  (reference) => new Lock(Segment.attach(reference, KIND)),
  (words) => ({ owner: ownerIn(words[MUTEX]!) }),
);
