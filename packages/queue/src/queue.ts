import { QUEUE_OPTIONS } from './queue-options.js';
import { untilEnd } from '@multiprocess/serialization';
import {
  attachSegment,
  checkBlockingTimeout,
  checkBoolean,
  checkInteger,
  checkIterable,
  checkOptions,
  checkSignal,
  checkTimeout,
  lookAtRing,
  QueueShutDownError,
  registerSegmentClass,
  Segment,
} from '@multiprocess/shared-memory';
import type { BlockOptions, Description, WaitOptions } from '@multiprocess/shared-memory';
import { createQueueSegment, QueueObject } from './queue-object.js';
import type { QueueOptions, ShutdownOptions } from './queue-options.js';

const KIND = 'queue.Queue';

/**
 * A first-in, first-out queue for any number of processes and threads.
 *
 * - `put` copies: when it returns, the item is in shared memory, and survives its producer.
 * - The items live as long as any process has the queue, named or not. A producer that may be the last one awaits
 *   {@link drained} before it ends.
 * - Items of one producer are received in order. There is no order between producers.
 * - If a consumer dies, the items that it has taken are lost, and no others.
 * - A process killed inside `put` or `get` leaves no partial item and keeps no other process waiting.
 * - Without {@link maxsize} it takes memory for any backlog. Where that is more than 2 MiB and a consumer is at work, `put` gives it time
 *   first: as long as the memory would cost, 0.5 ms for each MiB.
 *
 * Not fair among processes. Within a thread, callers that await are served in order.
 *
 * @example
 * ```ts source="./queue.examples.ts#queue"
 * using jobs = new Queue<string>({ maxsize: 100 });
 * await jobs.put('a job', { timeout: 1000 }); // in shared memory when this returns, as long as any process has the queue
 * jobs.shutdown(); // no more
 *
 * for await (const job of jobs) console.log(job); // as a rule in several other processes
 * ```
 *
 * @see {@link https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Queue | Python's Queue}
 */
export class Queue<T = unknown> extends QueueObject<T> implements AsyncIterable<T> {
  /**
   * Makes a queue, or attaches to the one of the same name; with `create: false` only that.
   *
   * @throws {@link TypeError} or {@link RangeError} if `maxsize` or `memory` is not a number, or out of range.
   * @throws {@link HandleError} if the name is taken by something else, or by a queue with other limits.
   * @throws {@link OutOfMemoryError} if shared memory is full.
   */
  constructor(options?: QueueOptions);
  /** @internal */
  constructor(from: QueueOptions | Segment, kind?: string);
  constructor(from: QueueOptions | Segment = {}, kind = KIND) {
    super(
      from instanceof Segment ? from : createQueueSegment(kind, checkOptions(from, '{ maxsize: 100 }', QUEUE_OPTIONS)),
    );
  }

  /**
   * The queue that a handle stands for.
   *
   * @throws {@link HandleError} if it stands for something else, or no living process has it.
   */
  static attach<T = unknown>(handle: string): Queue<T> {
    return new Queue<T>(attachSegment(handle, KIND));
  }

  /** The maximum number of items; 0 for no limit but memory. */
  get maxsize(): number {
    return this.ring.maxItems;
  }

  /** @internal */
  protected override describeOpen(): Description {
    return { maxsize: this.maxsize, ...super.describeOpen() };
  }

  /** Items put and not yet taken. Exact at some moment during the call; agrees with {@link empty}. */
  get size(): number {
    return this.ring.size + this.getter.kept;
  }

  /** Whether a put would have to wait for an item to be taken; never, without a {@link maxsize}. */
  get full(): boolean {
    const { maxItems, size } = this.ring;
    return maxItems !== 0 && size >= maxItems;
  }

  /** Like {@link putSync} with `timeout: 0`: never waits for room. */
  putNowait(item: T): void {
    this.putter.sendSync(item, 0);
  }

  /**
   * Puts copies of all the items, in order: as many at once as there is room for, until all are put.
   *
   * @throws {@link SerializationError} if one cannot be serialized. None was put.
   * @throws {@link QueueFullError} after a timeout; `itemsPut` says how many were put.
   * @throws what {@link put} throws
   */
  async putMany(items: Iterable<T>, options?: WaitOptions): Promise<void> {
    const { putter } = this;
    return putter.putMany(checkIterable('items', items), checkTimeout(options), checkSignal(options));
  }

  /** Like {@link putMany}, but blocks the thread. */
  putManySync(items: Iterable<T>, options?: BlockOptions): void {
    const { putter } = this;
    putter.putManySync(checkIterable('items', items), checkBlockingTimeout(options));
  }

  /** Like {@link getSync} with `timeout: 0`: never waits for an item. */
  getNowait(): T {
    return this.getter.getSync(0) as T;
  }

  /**
   * Takes what is there, up to `max` items, with one store; waits for the first only.
   *
   * An item that cannot be deserialized here ends the batch; the next call throws its error.
   *
   * @returns 1 to `max` items, the oldest first
   * @throws {@link TypeError} or {@link RangeError} if `max` is not a whole number from 1 on.
   * @throws what {@link get} throws
   */
  async getMany(max: number, options?: WaitOptions): Promise<T[]> {
    const { getter } = this;
    checkInteger('max', max, { min: 1, unit: 'items' });
    return getter.getMany(max, checkTimeout(options), checkSignal(options)) as Promise<T[]>;
  }

  /** Like {@link getMany}, but blocks the thread. */
  getManySync(max: number, options?: BlockOptions): T[] {
    const { getter } = this;
    checkInteger('max', max, { min: 1, unit: 'items' });
    return getter.getManySync(max, checkBlockingTimeout(options)) as T[];
  }

  /**
   * Refuses all further puts, here or elsewhere. Gets take the remaining items and then throw {@link QueueShutDownError};
   * iterations end. Waits for a put that is under way in another thread, which takes microseconds. Idempotent.
   */
  shutdown(options: ShutdownOptions = {}): void {
    const { immediate = false } = checkOptions(options, '{ immediate: true }', ['immediate']);
    this.putter.shutdown(checkBoolean('immediate', immediate) ? 'discard' : 'keep');
  }

  /** Takes items until the queue is shut down and empty. */
  [Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    return untilEnd(
      () => this.get(),
      (error) => error instanceof QueueShutDownError,
    );
  }
}

registerSegmentClass(KIND, Queue, lookAtRing);
