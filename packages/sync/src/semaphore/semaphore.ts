import { checkInteger, ObjectMemory, received } from '@multiprocess/shared-memory';
import { attachHandle, registerClass } from '../object/attach.js';
import { checkedSize } from '../object/sized-memory.js';
import { MAX_PERMITS, PermitCount } from '../words/permit-count.js';
import { PermitObject } from './permit-object.js';
import { createPermits, RELEASED, VALUE } from './permit-memory.js';
import type { SemaphoreOptions } from './permit-memory.js';

const KIND = 'sync.Semaphore';

// Layout: VALUE, its initial number of permits, which never changes; then a permit count. For the count after a crash, and why
// no wake is lost, see permit-count.ts. The calls that take a permit are inherited: acquire() from takeable.ts, hold() and run()
// from acquirable.ts.
const COUNT = 1;
const BYTES = 8;

/**
 * A number of permits that processes and threads take and give back.
 *
 * Any thread may release, even permits that were never taken. A permit has no owner: when its holder dies, it is lost (see
 * {@link BoundedSemaphore}). Not fair: a newcomer can overtake a waiter that is just waking up, but async callers in one
 * thread are served in order.
 *
 * @example
 * ```ts source="../sync.examples.ts#semaphore"
 * using ready = new Semaphore({ value: 0 });
 *
 * const consumer = ready.acquire(); // as a rule in another process
 * ready.release(); // any process may, once for each thing that is ready
 * await consumer;
 * ```
 *
 * @see {@link https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Semaphore | Python's Semaphore}
 */
export class Semaphore extends PermitObject<PermitCount> {
  static readonly MAX_PERMITS = MAX_PERMITS;

  /**
   * Creates a semaphore, or attaches to the one of the same name.
   *
   * @throws {@link TypeError} or {@link RangeError} if `value` is not a whole number from 0 to {@link MAX_PERMITS}.
   * @throws {@link HandleError} if the name is taken by something else, or by a semaphore made with another `value`.
   * @throws {@link OutOfMemoryError} if shared memory is full.
   */
  constructor(options?: SemaphoreOptions);
  /** @internal */
  constructor(memory: ObjectMemory);
  constructor(from: SemaphoreOptions | ObjectMemory = {}) {
    const memory = checkedSize(from instanceof ObjectMemory ? from : create(from), KIND, BYTES);
    super(memory, new PermitCount(memory.words, memory.firstWord + COUNT, memory.thread));
  }

  /**
   * The semaphore that a handle stands for.
   *
   * @throws {@link HandleError} if it stands for something else, or no living process has it.
   */
  static attach(handle: string): Semaphore {
    return new Semaphore(attachHandle(handle, KIND));
  }

  /**
   * Releases `n` permits, whichever thread took them, and wakes as many waiters. Never waits.
   *
   * @throws {@link TypeError} or {@link RangeError} if `n` is not a whole number from 1 on.
   * @throws {@link RangeError} if there would be more than {@link MAX_PERMITS}. Nothing was changed.
   */
  override release(n = 1): void {
    this.openSegment();
    if (this.permits.giveBack(checkInteger('n', n, RELEASED))) return;
    throw new RangeError(`n must leave at most ${MAX_PERMITS} permits, received ${received(n)}`);
  }
}

registerClass(KIND, Semaphore, (peek) => ({
  state: `${peek(COUNT, 1)[0]! & MAX_PERMITS} of ${peek(VALUE, 1)[0]} free`,
}));

function create(options: SemaphoreOptions): ObjectMemory {
  return createPermits(options, {
    kind: KIND,
    maxPermits: MAX_PERMITS,
    bytesFor: () => BYTES,
    initialise: ({ words, firstWord }, permits) => PermitCount.initialise(words, firstWord + COUNT, permits),
  });
}
