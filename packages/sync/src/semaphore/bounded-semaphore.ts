import { checkInteger, NotOwnedError, ObjectMemory, wholeLines } from '@multiprocess/shared-memory';
import { attachHandle, registerClass } from '../object/attach.js';
import { checkedSize } from '../object/sized-memory.js';
import { PermitObject } from './permit-object.js';
import { createPermits, RELEASED, VALUE, valueIn } from './permit-memory.js';
import type { SemaphoreOptions } from './permit-memory.js';
import { MAX_OWNED_PERMITS, PermitTable } from '../words/permit-table.js';

const KIND = 'sync.BoundedSemaphore';

// Layout: VALUE, its initial number of permits, which never changes; then a permit table. For the table after a crash, and why
// no wake is lost, see permit-table.ts. The calls that take a permit are inherited: acquire() from takeable.ts, hold() and run()
// from acquirable.ts.
const TABLE = 1;

/**
 * A semaphore with owners: processes and threads take permits and give them back, and there are never more than at first.
 *
 * Permits belong to threads. When a holder ends, for whatever reason, other threads can take its permits: at once if one thread
 * held them all, else within a second. Any thread may release a taken permit, as in Python; a thread without permits releases
 * one of another thread. Not fair, like {@link Semaphore}.
 *
 * @example
 * ```ts source="../sync.examples.ts#boundedSemaphore"
 * using downloads = new BoundedSemaphore({ value: 4, name: 'downloads' });
 *
 * {
 *   await using permit = await downloads.hold({ timeout: 10_000 });
 *   console.log(permit, 'at most four of these at a time, however many processes want it');
 * } // back again; also if this process is killed before
 * ```
 *
 * @see {@link https://docs.python.org/3/library/multiprocessing.html#multiprocessing.BoundedSemaphore | Python's BoundedSemaphore}
 */
export class BoundedSemaphore extends PermitObject<PermitTable> {
  static readonly MAX_PERMITS = MAX_OWNED_PERMITS;

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
    const memory = from instanceof ObjectMemory ? from : create(from);
    const permits = valueIn(memory);
    checkedSize(memory, `${KIND} of ${permits} permits`, bytesFor(permits));
    super(memory, new PermitTable(memory.words, memory.firstWord + TABLE, permits, memory.thread));
  }

  /**
   * The semaphore that a handle stands for.
   *
   * @throws {@link HandleError} if it stands for something else, or no living process has it.
   */
  static attach(handle: string): BoundedSemaphore {
    return new BoundedSemaphore(attachHandle(handle, KIND));
  }

  /**
   * Releases `n` permits, this thread's own first, and wakes as many waiters. Never waits.
   *
   * @throws {@link TypeError} or {@link RangeError} if `n` is not a whole number from 1 on.
   * @throws {@link NotOwnedError} if fewer have been taken. Nothing was changed, unless another thread released at the same moment:
   * then permits may have been free for an instant.
   */
  override release(n = 1): void {
    this.openSegment();
    if (this.permits.giveBack(checkInteger('n', n, RELEASED))) return;
    throw new NotOwnedError(
      `release() without a matching acquire(): fewer than ${n} of the permits of this semaphore are taken`,
    );
  }
}

registerClass(KIND, BoundedSemaphore, (peek) => PermitTable.look(peek, TABLE, peek(VALUE, 1)[0]!));

function create(options: SemaphoreOptions): ObjectMemory {
  return createPermits(options, { kind: KIND, maxPermits: MAX_OWNED_PERMITS, bytesFor });
}

/** Whole cache lines, so that semaphores of about the same size have the same length. */
function bytesFor(permits: number): number {
  return wholeLines((TABLE + PermitTable.wordsFor(permits)) * 4);
}
