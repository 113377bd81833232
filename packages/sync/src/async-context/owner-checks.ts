import { NotOwnedError } from '@multiprocess/shared-memory';
import { ownership, ownsSurely } from './owner-context.js';
import { THREAD } from '../words/recursive-mutex.js';

// Which code of a thread may use the recursive mutex that the thread has. A context is THREAD, the number of an owner context,
// or undefined if the thread does not have the mutex.

/**
 * Checks that the caller may release what that context holds, or call the method `needing` it.
 *
 * @throws {@link NotOwnedError} if the caller owns it neither for sure nor possibly.
 */
export function checkedContext(context: number | undefined, needing?: string): number {
  if (context !== THREAD && (context === undefined || ownership(context) === undefined)) {
    throw context === undefined && needing !== undefined ? neededError(needing) : notOwnedError(context);
  }
  return context;
}

/** Whether the caller owns it for sure, and so may take it once more. For `wouldWait` see {@link ownsSurely}. */
export function mayEnterAgain(context: number | undefined, wouldWait: boolean): boolean {
  return context === THREAD || (context !== undefined && ownsSurely(context, wouldWait));
}

/** The error of a method of a condition whose lock the caller does not hold. */
export function neededError(method: string): NotOwnedError {
  return new NotOwnedError(`${method} needs the lock, which the caller does not hold: acquire it first`);
}

/** The error of a release by a caller that does not own the lock. */
export function notOwnedError(context: number | undefined): NotOwnedError {
  return new NotOwnedError(
    context === undefined
      ? 'This thread does not hold this lock: release() without a matching acquire(), or by another thread than its owner'
      : 'Another async context of this thread holds this lock. Release it where acquire() was awaited, or pass the guard of hold() on',
  );
}
