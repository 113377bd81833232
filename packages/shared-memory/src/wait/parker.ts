/**
 * What a wait waits for: `words[index]` to leave the value `expected`, or the thread `owner` to end.
 *
 * A `spin` is a short wait that ends by itself: the waiter has not announced itself in shared memory, so no thread wakes
 * it. A `park` lasts until another thread unparks the word; the waiter must have announced itself before.
 */
export interface WaitRequest {
  readonly kind: 'spin' | 'park';
  readonly words: Int32Array;
  readonly index: number;
  readonly expected: number;
  /** Owner id of the thread whose end also ends the wait; 0 if there is none. */
  readonly owner: number;
  /** Whether the wait is for a thread that needs some instructions only, so that a caller without time left still waits. */
  readonly brief: boolean;
  /**
   * Milliseconds after which the wait ends although it is not met, since the waiter can do without; a caller without time left does not
   * begin it. Default: none.
   */
  readonly atMost?: number;
}

/** The optional parts of a {@link WaitRequest}. */
export type WaitDetails = Partial<Pick<WaitRequest, 'owner' | 'brief' | 'atMost'>>;

const NO_DETAILS: WaitDetails = {};

/** A short wait for `words[index]` to leave `expected`. */
export function spin(words: Int32Array, index: number, expected: number, details = NO_DETAILS): WaitRequest {
  const { owner = 0, brief = false, atMost = Infinity } = details;
  return { kind: 'spin', words, index, expected, owner, brief, atMost };
}

/** A sleep until `words[index]` leaves `expected`. The waiter must have announced itself. */
export function park(words: Int32Array, index: number, expected: number, details = NO_DETAILS): WaitRequest {
  const { owner = 0, brief = false, atMost = Infinity } = details;
  return { kind: 'park', words, index, expected, owner, brief, atMost };
}

/** Whether a caller without time left goes on without the wait. */
export function isOptional({ atMost = Infinity }: WaitRequest): boolean {
  return atMost !== Infinity;
}

/** How long the requests may be waited for: `left` ms, or less if one of them asks for less. */
export function limitOf(requests: readonly WaitRequest[], left: number): number {
  let limit = left;
  for (const { atMost = Infinity } of requests) if (atMost < limit) limit = atMost;
  return limit;
}

/** A wait that returns to the event loop; see {@link Parker.watch}. */
export interface Watch {
  /** Ends the wait without a wake. Idempotent. */
  cancel(): void;
  /** Makes the wait keep the event loop alive, as it does from the start. */
  ref(): void;
  /** Lets the process end although the wait goes on. */
  unref(): void;
}

/** Puts callers to sleep on a word of shared memory, and wakes them. A wait may end too early: re-check in a loop. */
export interface Parker {
  /** Blocks until the request is met, at most `timeout` ms, and never so long that the thread cannot be terminated. */
  pause(request: WaitRequest, timeout: number): void;
  /**
   * Calls `wake` once when the request is met, and keeps the event loop alive until then. Never calls it before it
   * returns; returns undefined if the request is met already.
   */
  watch(request: WaitRequest, wake: () => void): Watch | undefined;
  /**
   * Wakes up to `count` threads that are blocked on `words[index]`, and every thread that watches it: one event loop may be
   * busy, so it must not be the only one woken.
   *
   * @returns how many blocked threads were woken
   */
  unpark(words: Int32Array, index: number, count: number): number;
}

/** A parker whose callers can wait for several words at once. */
export interface GroupParker extends Parker {
  /** Like {@link Parker.pause}, until one of several requests is met. */
  pauseAny(requests: readonly WaitRequest[], timeout: number): void;
}
