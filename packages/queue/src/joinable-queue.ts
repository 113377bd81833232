import {
  attachSegment,
  checkBlockingTimeout,
  checkSignal,
  checkTimeout,
  EventCount,
  lookAtRing,
  registerSegmentClass,
  RING_USER_WORDS,
  WaitQueue,
  waitSync,
} from '@multiprocess/shared-memory';
import type {
  BlockOptions,
  Coroutine,
  Description,
  Segment,
  WaitOptions,
  WaitRequest,
} from '@multiprocess/shared-memory';
import type { QueueOptions, ShutdownOptions } from './queue-options.js';
import { Queue } from './queue.js';

// Two words behind those of the ring:
//   DONE      items said to be done, modulo 2^32. Raised by consumers, by compare-exchange, never above the ring's PUTS
//   FINISHED  eventcount: "all may be done"
// Unfinished are PUTS - DONE: what is in the queue, and what has been taken. So putting costs nothing more; an item that
// is thrown away by a shutdown leaves PUTS; and whatever the ring mends after a death is mended here.
// Why no wake is lost: a joiner announces itself in FINISHED and looks at DONE once more; a consumer raises DONE first
// and looks at FINISHED second. An immediate shutdown wakes all joiners as well.
// After a crash: DONE was raised or it was not. After a death between raising DONE and the wake, joiners learn it by their
// re-check. A consumer that died with an item never says that it is done, as in Python: its item stays unfinished.
const DONE = RING_USER_WORDS;
const FINISHED = RING_USER_WORDS + 1;

const KIND = 'queue.JoinableQueue';

/**
 * A {@link Queue} whose producers can wait until everything that was put has been processed: consumers call
 * {@link taskDone} once for each item that they have taken, when they are done with it.
 *
 * @example
 * ```ts source="./joinable-queue.examples.ts#joinable"
 * using pages = new JoinableQueue<string>();
 * pages.putSync('index.html');
 *
 * const consume = async (): Promise<void> => {
 *   console.log(`Fetching ${await pages.get()}`);
 *   pages.taskDone();
 * };
 * void consume(); // as a rule in another process
 *
 * await pages.join(); // everything that was put has been dealt with
 * ```
 *
 * @see {@link https://docs.python.org/3/library/multiprocessing.html#multiprocessing.JoinableQueue | Python's JoinableQueue}
 */
export class JoinableQueue<T = unknown> extends Queue<T> {
  readonly #words: Int32Array;
  readonly #finished: EventCount;
  readonly #joiners: WaitQueue;

  /** Makes a queue, or attaches to the one of the same name. @throws what the constructor of {@link Queue} throws */
  constructor(options?: QueueOptions);
  /** @internal */
  constructor(from: QueueOptions | Segment);
  constructor(from: QueueOptions | Segment = {}) {
    super(from, KIND);
    const { thread, words } = this.openSegment();
    this.#words = words;
    this.#finished = new EventCount(words, FINISHED, thread.parker);
    this.#joiners = new WaitQueue(thread.parker);
  }

  /**
   * The queue that a handle stands for.
   *
   * @throws {@link HandleError} if it stands for something else, or no living process has it.
   */
  static override attach<T = unknown>(handle: string): JoinableQueue<T> {
    return new JoinableQueue<T>(attachSegment(handle, KIND));
  }

  /** Items put for which {@link taskDone} has not been called yet. */
  get unfinished(): number {
    const done = Atomics.load(this.#words, DONE);
    return Math.max(0, (this.ring.puts - done) | 0);
  }

  /**
   * Reports that one item that was taken, here or elsewhere, has been processed. Never waits.
   *
   * @throws {@link RangeError} if it was called for every item already. Nothing was changed.
   */
  taskDone(): void {
    for (;;) {
      const done = Atomics.load(this.#words, DONE);
      const unfinished = (this.ring.puts - done) | 0;
      if (unfinished <= 0) throw new RangeError('taskDone() was called more often than there were items put');
      if (Atomics.compareExchange(this.#words, DONE, done, (done + 1) | 0) !== done) continue;
      if (this.unfinished === 0) this.#finished.notifyAll(); // asked anew: a shutdown may have thrown items away
      return;
    }
  }

  /**
   * Waits until every item that was put has been processed.
   *
   * @returns whether that is so; false after a timeout
   * @throws {@link ClosedError} if it is closed here, also while this waits.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted
   */
  async join(options?: WaitOptions): Promise<boolean> {
    this.openSegment();
    const timeout = checkTimeout(options);
    return (await this.#joiners.wait(() => this.#joining(), timeout, checkSignal(options))) === true;
  }

  /** Like {@link join}, but blocks the thread, and with it the event loop. */
  joinSync(options?: BlockOptions): boolean {
    const { thread } = this.openSegment();
    return waitSync(thread.parker, this.#joining(), checkBlockingTimeout(options)) === true;
  }

  override shutdown(options?: ShutdownOptions): void {
    super.shutdown(options);
    this.#finished.notifyAll();
  }

  override ref(): this {
    this.#joiners.ref();
    return super.ref();
  }

  override unref(): this {
    this.#joiners.unref();
    return super.unref();
  }

  override close(): void {
    this.#joiners.dismiss(() => this.closedError());
    super.close();
  }

  /** @internal */
  protected override describeOpen(): Description {
    return { ...super.describeOpen(), unfinished: this.unfinished };
  }

  *#joining(): Coroutine<true> {
    let request: WaitRequest | undefined;
    while (this.unfinished > 0) {
      if (request === undefined) {
        request = this.#finished.announce(); // and look once more
      } else {
        yield request;
        request = undefined;
      }
    }
    return true;
  }
}

registerSegmentClass(KIND, JoinableQueue, lookAtRing);
