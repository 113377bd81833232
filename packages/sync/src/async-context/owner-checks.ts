import { NotOwnedError } from '@multiprocess/shared-memory';
import { ownership, ownsSurely } from './owner-context.js';
import { THREAD } from '../words/recursive-mutex.js';

// Which code of a thread may use the recursive mutex that the thread has. A hold is THREAD, the number of an owner context, or
// undefined if the thread does not have the mutex.

/**
 * Checks that the caller may release the hold.
 *
 * @throws {NotOwnedError} If the caller owns it neither for sure nor possibly.
 */
export function checkedContext(hold: number | undefined): number {
  if (hold !== THREAD && (hold === undefined || ownership(hold) === undefined)) throw notOwnedError(hold);
  return hold;
}

/** Whether the caller owns it for sure, and so may take it once more. */
export function mayEnterAgain(hold: number | undefined): boolean {
  return hold === THREAD || (hold !== undefined && ownsSurely(hold));
}

/** The error of a release by a caller that does not own the lock. */
export function notOwnedError(hold: number | undefined): NotOwnedError {
  return new NotOwnedError(
    hold === undefined
      ? 'This thread does not hold this lock: release() without a matching acquire(), or by another thread than its owner'
      : 'Another async context of this thread holds this lock. Release it where acquire() was awaited, or pass the guard of hold() on',
  );
}
