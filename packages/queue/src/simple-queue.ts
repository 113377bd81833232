import type { NameOptions } from '@multiprocess/shared-memory';
import {
  attachSegment,
  checkOptions,
  lookAtRing,
  NAME_OPTIONS,
  registerSegmentClass,
  Segment,
} from '@multiprocess/shared-memory';
import { createQueueSegment, QueueObject } from './queue-object.js';

const KIND = 'queue.SimpleQueue';

/** What to make a {@link SimpleQueue} with. */
export type SimpleQueueOptions = NameOptions;

/**
 * A queue with `put`, `get` and little else: it has no size and no shutdown, and `put` waits only once its items take 1 GiB
 * together. Its guarantees are those of {@link Queue}.
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
export class SimpleQueue<T = unknown> extends QueueObject<T> {
  /**
   * Makes a queue, or attaches to the one of the same name.
   *
   * @throws {@link HandleError} if the name is taken by something else.
   * @throws {@link OutOfMemoryError} if shared memory is full.
   */
  constructor(options?: SimpleQueueOptions);
  /** @internal */
  constructor(from: SimpleQueueOptions | Segment);
  constructor(from: SimpleQueueOptions | Segment = {}) {
    super(from instanceof Segment ? from : createQueueSegment(KIND, namesOf(from)));
  }

  /**
   * The queue that a handle stands for.
   *
   * @throws {@link HandleError} if it stands for something else, or no living process has it.
   */
  static attach<T = unknown>(handle: string): SimpleQueue<T> {
    return new SimpleQueue<T>(attachSegment(handle, KIND));
  }
}

/** Leaves out the other options of queues. */
function namesOf(from: SimpleQueueOptions): SimpleQueueOptions {
  const { name, create } = checkOptions(from, "{ name: 'jobs' }", NAME_OPTIONS);
  return { name, create };
}

registerSegmentClass(KIND, SimpleQueue, lookAtRing);
