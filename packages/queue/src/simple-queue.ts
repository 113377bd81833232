import {
  Segment,
  blockingTimeoutOf,
  itemsIn,
  optionsOf,
  parseHandle,
  registerKind,
  signalOf,
  timeoutOf,
} from '@multiprocess/shared-memory';
import type { BlockOptions, WaitOptions } from '@multiprocess/shared-memory';
import { QueueObject, segmentOf } from './queue-object.js';
import { limitsOf } from './queue-options.js';

const KIND = 'queue.SimpleQueue';

/** What to make a {@link SimpleQueue} with. */
export interface SimpleQueueOptions {
  /** Under which unrelated programs of this user find it. Default: none but its handle. */
  readonly name?: string | undefined;
}

/**
 * A queue that can be put into and got from, and no more: without a limit, nothing but `empty` can be asked, and it is
 * not shut down. What {@link Queue} says of items, of death and of fairness holds for it, too.
 *
 * @example
 * ```ts source="./queue.examples.ts#simple"
 * using queue = new SimpleQueue<number>();
 * void queue.put(1);
 * console.log(queue.getSync()); // 1
 * ```
 *
 * @see {@link https://docs.python.org/3/library/multiprocessing.html#multiprocessing.SimpleQueue | Python's SimpleQueue}
 */
export class SimpleQueue<T = unknown> extends QueueObject {
  /**
   * Makes a queue, or attaches to the one of the same name.
   *
   * @throws {HandleError} If the name is taken by something else.
   * @throws {OutOfMemoryError} If shared memory is full.
   */
  constructor(options?: SimpleQueueOptions);
  /** @internal */
  constructor(from: SimpleQueueOptions | Segment);
  constructor(from: SimpleQueueOptions | Segment = {}) {
    super(from instanceof Segment ? from : segmentOf(KIND, optionsOf(from, "{ name: 'jobs' }").name, limitsOf({})));
  }

  /**
   * The queue that a handle stands for.
   *
   * @throws {HandleError} If it stands for something else, or nobody living has it.
   */
  static attach<T = unknown>(handle: string): SimpleQueue<T> {
    const { kind, reference } = parseHandle(handle);
    return new SimpleQueue<T>(Segment.attach(reference, KIND, kind));
  }

  /**
   * Puts a copy of the item at the end. Waits only if the items take 1 GiB together.
   *
   * @throws {SerializationError} If it cannot be carried. Nothing was put.
   * @throws {QueueFullError} If the time was over first. Nothing was put.
   * @throws {OutOfMemoryError} If it is larger than half a GiB, or shared memory is full. Nothing was put.
   * @throws the signal's reason if it was aborted. Nothing was put.
   */
  async put(item: T, options?: WaitOptions): Promise<void> {
    const { putter } = this;
    return putter.put(item, timeoutOf(options), signalOf(options));
  }

  /** Like {@link put}, but blocks the thread, and with it the event loop. */
  putSync(item: T, options?: BlockOptions): void {
    const { putter } = this;
    putter.putSync(item, blockingTimeoutOf(options));
  }

  /**
   * Takes the oldest item, waiting for one.
   *
   * @throws {QueueEmptyError} If the time was over first. Nothing was taken.
   * @throws {SerializationError} If what was put cannot be made again here. The item is gone.
   * @throws the signal's reason if it was aborted. Nothing was taken.
   */
  async get(options?: WaitOptions): Promise<T> {
    const { getter } = this;
    return getter.get(timeoutOf(options), signalOf(options)) as Promise<T>;
  }

  /** Like {@link get}, but blocks the thread, and with it the event loop. */
  getSync(options?: BlockOptions): T {
    const { getter } = this;
    return getter.getSync(blockingTimeoutOf(options)) as T;
  }
}

registerKind(
  KIND,
  (reference) => new SimpleQueue(Segment.attach(reference, KIND)),
  (peek) => ({ items: itemsIn(peek) }),
);
