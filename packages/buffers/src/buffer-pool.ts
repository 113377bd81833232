import {
  attachSegment,
  checkBlockingTimeout,
  checkSignal,
  checkTimeout,
  HandleError,
  registerSegmentClass,
  Segment,
  SegmentObject,
  TimeoutError,
  WaitQueue,
  waitSync,
  within,
} from '@multiprocess/shared-memory';
import type { Description } from '@multiprocess/shared-memory';
import { POOL_KIND, PoolMemory } from './memory/pool-memory.js';
import { checkByteLength, checkPoolOptions, LOAN_OPTIONS } from './pool-options.js';
import type { BufferPoolOptions, LoanOptions, LoanSyncOptions, PoolToAttach, TryLoanOptions } from './pool-options.js';
import { SharedBuffer } from './shared-buffer.js';
import { lookAtPool } from './words/look-at-pool.js';

/**
 * Chunks of shared memory that are lent to threads of any process, and handed on without a copy.
 *
 * A chunk is written in place, put into a queue or sent through a pipe, and given back by its last holder; see
 * {@link SharedBuffer}. What its holders leave behind when they die goes back to the pool: what a thread held, at once; what was in
 * a queue or pipe that is gone, at once; what was taken out of one by a thread that died before it had it, after five seconds. It is
 * found by the next thread that lacks a chunk. Not fair among threads; within a thread, callers that await are served in order.
 *
 * @example
 * ```ts source="./buffers.examples.ts#pool"
 * using pool = new BufferPool({ chunkSize: 1920 * 1080 * 4, chunks: 4 });
 * const frame = await pool.loan(); // waits while all four are lent
 * frame.bytes.fill(255); // shared memory, written in place
 * await frames.put(frame); // handed over, not copied: the process that gets it has the chunk, and closes it
 * ```
 */
export class BufferPool extends SegmentObject {
  readonly #memory: PoolMemory;
  readonly #waiting: WaitQueue;
  #isClosed = false;

  /**
   * Creates a pool, or attaches to the one of the same name and size.
   *
   * @throws {@link TypeError} or {@link RangeError} if an option is not of its type, or out of range.
   * @throws {@link HandleError} if the name is taken by something else, or by a pool of another size.
   * @throws {@link OutOfMemoryError} if there is no room for it. Nothing is left behind.
   * @throws {@link UnsupportedPlatformError} where processes cannot share memory.
   */
  constructor(options: BufferPoolOptions | PoolToAttach);
  /** @internal */
  constructor(segment: Segment);
  constructor(from: BufferPoolOptions | PoolToAttach | Segment) {
    const memory = from instanceof Segment ? PoolMemory.of(from) : open(from);
    super(memory.segment);
    this.#memory = memory.retainPool();
    this.#waiting = new WaitQueue(memory.thread.parker);
    dropped.register(this, memory, this);
  }

  /**
   * The pool that a handle stands for.
   *
   * @throws {@link HandleError} if it stands for something else, or no living process has it.
   */
  static attach(handle: string): BufferPool {
    return new BufferPool(attachSegment(handle, POOL_KIND));
  }

  override get handle(): string {
    dropped.unregister(this); // kept now, as every object whose handle was taken
    return super.handle;
  }

  /** Bytes of a chunk. */
  get chunkSize(): number {
    this.openSegment();
    return this.#memory.shape.chunkSize;
  }

  /** How many chunks there are, free or lent. */
  get chunks(): number {
    this.openSegment();
    return this.#memory.shape.chunks;
  }

  /** How many chunks are free, after a search for those of threads that have died. May be out of date when it is read. */
  get free(): number {
    this.openSegment();
    return this.#memory.free;
  }

  /** @internal */
  protected override describeOpen(): Description {
    const { shape, seats } = this.#memory;
    return { chunkSize: shape.chunkSize, chunks: shape.chunks, free: seats.free };
  }

  /**
   * Lends a chunk, waiting until one is free.
   *
   * @throws {@link TypeError} or {@link RangeError} if `byteLength` is not a whole number from 0 to {@link chunkSize}.
   * @throws {@link TimeoutError} after a timeout. None was lent.
   * @throws {@link ClosedError} if the pool is closed here, also during the wait.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted. None was lent.
   */
  async loan(options?: LoanOptions): Promise<SharedBuffer> {
    const byteLength = this.#checkLength(options);
    const timeout = checkTimeout(options, LOAN_OPTIONS);
    const signal = checkSignal(options);
    if (this.#waiting.isEmpty || timeout === 0) {
      const seat = this.#memory.supply.tryTake(byteLength);
      if (seat >= 0) return new SharedBuffer(this.#memory, seat);
    }
    const taken = await this.#waiting.wait(() => this.#memory.supply.taking(byteLength), timeout, signal);
    return this.#lent(taken, timeout);
  }

  /** Like {@link loan}, but blocks the thread, and with it the event loop. */
  loanSync(options?: LoanSyncOptions): SharedBuffer {
    const byteLength = this.#checkLength(options);
    const timeout = options === undefined ? Infinity : checkBlockingTimeout(options, LOAN_OPTIONS);
    const seat = this.#memory.supply.tryTake(byteLength);
    if (seat >= 0) return new SharedBuffer(this.#memory, seat);
    return this.#lent(waitSync(this.#memory.thread.parker, this.#memory.supply.taking(byteLength), timeout), timeout);
  }

  /** Lends a chunk if one is free, else returns undefined. Never waits. */
  tryLoan(options?: TryLoanOptions): SharedBuffer | undefined {
    const seat = this.#memory.supply.tryTake(this.#checkLength(options));
    return seat < 0 ? undefined : new SharedBuffer(this.#memory, seat);
  }

  /** Lets pending calls keep the event loop alive, as they do from the start. */
  ref(): this {
    this.#waiting.ref();
    return this;
  }

  /** Lets the process end although a call is pending. */
  unref(): this {
    this.#waiting.unref();
    return this;
  }

  /**
   * Closes the pool in this thread. Buffers that it has lent stay as they are, here and elsewhere. Pending calls throw
   * `ClosedError`. Idempotent.
   */
  override close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    dropped.unregister(this);
    this.#waiting.dismiss(() => this.closedError());
    this.#memory.release();
  }

  protected override get isOpen(): boolean {
    return !this.#isClosed;
  }

  protected override openSegment(): Segment {
    if (this.#isClosed) throw this.closedError();
    return super.openSegment();
  }

  #checkLength(options: TryLoanOptions | undefined): number {
    this.openSegment();
    return checkByteLength(options, this.#memory.shape.chunkSize);
  }

  #lent(seat: number | undefined, timeout: number): SharedBuffer {
    if (seat === undefined) throw new TimeoutError(`No chunk was free${within(timeout)}`);
    return new SharedBuffer(this.#memory, seat);
  }
}

// State of the thread: pools that were dropped without close(). Their memory stays as long as buffers need it that are open here, or on
// their way.
const dropped = new FinalizationRegistry<PoolMemory>((memory) => {
  memory.release();
});

registerSegmentClass(POOL_KIND, BufferPool, lookAtPool);

function open(options: BufferPoolOptions | PoolToAttach): PoolMemory {
  const { naming, size } = checkPoolOptions(options);
  if (size === undefined) return PoolMemory.of(Segment.create({ kind: POOL_KIND, byteLength: 0, ...naming }).segment);
  const memory = PoolMemory.create(size.chunkSize, size.chunks, naming);
  const { shape } = memory;
  if (shape.chunkSize === size.chunkSize && shape.chunks === size.chunks) return memory;
  memory.retainPool().release();
  throw new HandleError(
    `The pool named ${JSON.stringify(naming.name)} has ${shape.chunks} chunks of ${shape.chunkSize} bytes, not ${size.chunks} of ${size.chunkSize}`,
  );
}
