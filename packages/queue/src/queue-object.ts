import { MessageCodec } from '@multiprocess/serialization';
import {
  ByteRing,
  checkBlockingTimeout,
  checkNaming,
  checkSignal,
  checkTimeout,
  HandleError,
  Segment,
  SegmentObject,
  WaitQueue,
  waitSync,
} from '@multiprocess/shared-memory';
import type { BlockOptions, Description, RingCounters, WaitOptions } from '@multiprocess/shared-memory';
import { ItemGetter } from './item-getter.js';
import { ItemPutter } from './item-putter.js';
import { checkLimits } from './queue-options.js';
import type { QueueOptions } from './queue-options.js';

/** What all kinds of queues share: a ring in a segment of their own, and how this thread puts and gets. */
export abstract class QueueObject<T> extends SegmentObject {
  readonly #ring: ByteRing;
  readonly #putter: ItemPutter;
  readonly #getter: ItemGetter;
  /** The async calls of {@link drained} that wait. */
  readonly #drains: WaitQueue;
  /** All async calls that wait. */
  readonly #waiting: readonly WaitQueue[];

  constructor(segment: Segment) {
    super(segment);
    const { parker } = segment.thread;
    const ring = new ByteRing(segment);
    const codec = new MessageCodec(ring.definitions);
    this.#ring = ring;
    this.#putter = new ItemPutter(ring, codec, parker);
    this.#getter = new ItemGetter(ring, codec, parker);
    this.#drains = new WaitQueue(parker);
    this.#waiting = [this.#putter.waiting, this.#getter.waiting, this.#drains];
  }

  /** Whether it has no items, at some moment during the call. */
  get empty(): boolean {
    return this.ring.size + this.#getter.kept === 0;
  }

  /** What has gone through it, for diagnostics. */
  get counters(): RingCounters {
    return this.ring.counters;
  }

  /**
   * Puts a copy of the item at the end, waiting for room.
   *
   * @throws {@link SerializationError} if it cannot be serialized. Nothing was put.
   * @throws {@link QueueFullError} after a timeout. Nothing was put.
   * @throws {@link QueueShutDownError} if the queue has been shut down, also while this waits. Nothing was put.
   * @throws {@link OutOfMemoryError} if it is larger than half of the memory that the queue may take, or shared memory is
   * full. Nothing was put.
   * @throws {@link ClosedError} if it is closed here, also while this waits.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted. Nothing was put.
   */
  async put(item: T, options?: WaitOptions): Promise<void> {
    const { putter } = this;
    return putter.send(item, checkTimeout(options), checkSignal(options));
  }

  /** Like {@link put}, but blocks the thread, and with it the event loop. */
  putSync(item: T, options?: BlockOptions): void {
    const { putter } = this;
    putter.sendSync(item, checkBlockingTimeout(options));
  }

  /**
   * Takes the oldest item, waiting for one.
   *
   * @throws {@link QueueEmptyError} after a timeout. Nothing was taken.
   * @throws {@link QueueShutDownError} if the queue was shut down and is empty.
   * @throws {@link SerializationError} if the item cannot be deserialized here. It is lost.
   * @throws {@link ClosedError} if it is closed here, also while this waits.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted. Nothing was taken.
   */
  async get(options?: WaitOptions): Promise<T> {
    const { getter } = this;
    return getter.get(checkTimeout(options), checkSignal(options)) as Promise<T>;
  }

  /** Like {@link get}, but blocks the thread, and with it the event loop. */
  getSync(options?: BlockOptions): T {
    const { getter } = this;
    return getter.getSync(checkBlockingTimeout(options)) as T;
  }

  /**
   * Waits until everything that is in the queue now has been taken, here or elsewhere, or discarded by a shutdown: for a producer
   * that is about to end, since the items of a queue go with the last process that has it. What has been taken may
   * still be worked on; `JoinableQueue` tells when that is done.
   *
   * @returns false after a timeout
   * @throws {@link ClosedError} if it is closed here, also while this waits.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted
   */
  async drained(options?: WaitOptions): Promise<boolean> {
    const { ring } = this;
    const timeout = checkTimeout(options);
    return (await this.#drains.wait(() => ring.reader.emptying(), timeout, checkSignal(options))) === true;
  }

  /** Like {@link drained}, but blocks the thread, and with it the event loop. */
  drainedSync(options?: BlockOptions): boolean {
    const { ring } = this;
    return waitSync(this.openSegment().thread.parker, ring.reader.emptying(), checkBlockingTimeout(options)) === true;
  }

  /** Lets pending calls keep the event loop alive, as they do from the start. */
  ref(): this {
    for (const waiting of this.#waiting) waiting.ref();
    return this;
  }

  /** Lets the process end although a call is pending. */
  unref(): this {
    for (const waiting of this.#waiting) waiting.unref();
    return this;
  }

  /**
   * Closes the object in this thread; the queue itself lives on as long as others have it. Pending calls throw `ClosedError`.
   * Idempotent.
   */
  override close(): void {
    for (const waiting of this.#waiting) waiting.dismiss(() => this.closedError());
    super.close();
  }

  /** @internal */
  protected override describeOpen(): Description {
    return { size: this.ring.size + this.#getter.kept, shutDown: this.ring.isShut };
  }

  /** @throws {@link ClosedError} if it has been closed here. */
  protected get ring(): ByteRing {
    this.openSegment();
    return this.#ring;
  }

  /** @internal */
  protected get putter(): ItemPutter {
    this.openSegment();
    return this.#putter;
  }

  /** @internal */
  protected get getter(): ItemGetter {
    this.openSegment();
    return this.#getter;
  }
}

/**
 * Creates the segment of a queue, or attaches to that of the queue with this name.
 *
 * @throws {@link HandleError} if the name is taken by something else, or by a queue with other limits.
 */
export function createQueueSegment(kind: string, options: QueueOptions): Segment {
  const limits = checkLimits(options);
  const { name, create } = checkNaming(options);
  const { segment, created } = Segment.create({
    kind,
    name,
    create,
    ...ByteRing.plan(limits),
    initialise: (made) => {
      ByteRing.initialise(made, limits);
    },
  });
  const { maxItems } = created ? limits : new ByteRing(segment);
  if (maxItems === limits.maxItems || (!create && options.maxsize === undefined)) return segment;
  segment.close();
  throw new HandleError(`The queue named ${JSON.stringify(name)} has maxsize ${maxItems}, not ${limits.maxItems}`);
}
