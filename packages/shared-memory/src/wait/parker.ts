/**
 * What a wait waits for: `words[index]` to be something else than `expected`, or the thread `owner` to end.
 *
 * A `spin` is a short wait before the waiter has announced itself in shared memory, so that nobody has to wake it; it
 * ends by itself. A `park` lasts until somebody unparks the word; the waiter must have announced itself before.
 */
export interface WaitRequest {
  readonly kind: 'spin' | 'park';
  readonly words: Int32Array;
  readonly index: number;
  readonly expected: number;
  /** Owner id of the thread whose end also ends the wait; 0 if there is none. */
  readonly owner: number;
  /** Whether somebody is in the way for some instructions only: no reason to give up at once. */
  readonly brief: boolean;
}

/** A wait that returns to the event loop; see {@link Parker.watch}. */
export interface Watch {
  /** Ends the wait without a wake. Idempotent. */
  cancel(): void;
  /** Lets the wait keep the event loop alive, which it does from the start. */
  ref(): void;
  /** Lets the process end although the wait goes on. */
  unref(): void;
}

/** Puts callers to sleep on a word of shared memory, and wakes them. May always wake too early: re-check in a loop. */
export interface Parker {
  /** Blocks as long as the pause asks for, but at most `timeout` ms and never so long that the thread cannot be ended. */
  pause(pause: WaitRequest, timeout: number): void;
  /**
   * Calls `wake` once when the pause is over, and keeps the event loop alive until then. Never calls it before it
   * returns; returns undefined if the pause is over already.
   */
  watch(pause: WaitRequest, wake: () => void): Watch | undefined;
  /**
   * Wakes up to `count` threads that are blocked on `words[index]`, and every thread that watches it, since one whose
   * event loop is busy must not be the only one told.
   *
   * @returns how many blocked threads were woken
   */
  unpark(words: Int32Array, index: number, count: number): number;
}

/** A parker of callers that wait for several words at once. */
export interface GroupParker extends Parker {
  /** Like {@link Parker.pause}, until one of several pauses is over. */
  pauseAny(pauses: readonly WaitRequest[], timeout: number): void;
}
