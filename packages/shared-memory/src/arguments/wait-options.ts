import { isAbortSignal, throwIfAborted } from '../base/built-ins.js';
import { argumentError, checkBoolean } from './check-type.js';
import { checkRecord } from './check-options.js';
import { checkKnown } from './known-options.js';

/** The last argument of every call that blocks the thread. */
export interface BlockOptions {
  /** Milliseconds to wait at most; 0 or less tries once. Default: wait for ever. */
  readonly timeout?: number | undefined;
  /** false: try once and ignore `timeout`. Default: true. */
  readonly block?: boolean | undefined;
}

/** The last argument of every call that is awaited. */
export interface WaitOptions extends BlockOptions {
  /** Aborting it ends the wait: the promise rejects with the signal's reason. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/** The names of the options of a wait. */
export const WAIT_OPTIONS = ['timeout', 'block', 'signal'] as const;

/**
 * Milliseconds to wait: 0 for one try, `Infinity` for ever.
 *
 * @param known the names of all options of the call. Looked at only if none of those of a wait is there: calls that wait are
 * made often, and a slip leaves none.
 * @throws {@link TypeError} if an option is not of its type or not known, at the caller's line.
 */
export function checkTimeout(options: WaitOptions | undefined, known: readonly string[] = WAIT_OPTIONS): number {
  if (options === undefined) return Infinity;
  const { block, timeout } = checkRecord(options, '{ timeout: 500 }');
  if (timeout === undefined && block === undefined && options.signal === undefined) {
    checkKnown(options, known);
    return Infinity;
  }
  if (block !== undefined) checkBoolean('block', block);
  if (timeout !== undefined && (typeof timeout !== 'number' || Number.isNaN(timeout))) {
    throw argumentError('timeout', 'a number of milliseconds', timeout);
  }
  if (block === false) return 0;
  return timeout === undefined ? Infinity : Math.max(0, timeout);
}

/** How long a call has waited, for the end of a message: nothing for one that tries once. */
export function within(timeout: number): string {
  return timeout === 0 ? '' : ` within ${timeout} ms`;
}

/**
 * The signal of an async call.
 *
 * @throws {@link TypeError} if it is not an AbortSignal.
 * @throws {@link AbortSignal.reason | Its reason} if it is aborted already
 */
export function checkSignal(options: WaitOptions | undefined): AbortSignal | undefined {
  const signal = options?.signal;
  if (signal === undefined) return undefined;
  if (!isAbortSignal(signal)) throw argumentError('signal', 'an AbortSignal', signal);
  throwIfAborted(signal);
  return signal;
}

/**
 * Like {@link checkTimeout}, for a call that blocks the thread, where no signal can fire.
 *
 * @throws {@link TypeError} if there is a `signal`.
 */
export function checkBlockingTimeout(
  options: WaitOptions | undefined,
  known: readonly string[] = WAIT_OPTIONS,
): number {
  const timeout = checkTimeout(options, known);
  if (options?.signal !== undefined) {
    throw new TypeError('signal cannot end a wait that blocks the thread: use the async form, or timeout');
  }
  return timeout;
}
