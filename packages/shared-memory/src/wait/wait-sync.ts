import { clock } from '../base/clock.js';
import { isOptional } from './parker.js';
import type { Parker, WaitRequest } from './parker.js';

/**
 * An algorithm that may have to wait, written once for the blocking and the async form. It yields what it waits for, and
 * returns its result. It is resumed when its wait may be over, perhaps too early, and ended by `return()` when the caller
 * gives up; in `finally` it takes back its announcements.
 */
export type Coroutine<T> = Generator<WaitRequest, T, void>;

/** How long a caller without time left still waits for a thread that needs some instructions only, but may be stopped. */
export const GRACE_MS = 1000;

/**
 * Runs an algorithm to its end, blocking the thread where it waits.
 *
 * @param timeout milliseconds; 0 tries once, `Infinity` waits for ever
 * @returns undefined after a timeout
 */
export function waitSync<T>(parker: Parker, coroutine: Coroutine<T>, timeout: number): T | undefined {
  const deadline = timeout === Infinity ? Infinity : clock.now() + timeout;
  let step = coroutine.next();
  while (step.done !== true) {
    const grace = step.value.brief ? GRACE_MS : 0;
    const left = deadline === Infinity ? Infinity : deadline + grace - clock.now();
    if (left > 0) {
      parker.pause(step.value, Math.min(left, step.value.atMost ?? Infinity));
    } else if (!isOptional(step.value)) {
      coroutine.return(undefined as never);
      return undefined;
    }
    step = coroutine.next();
  }
  return step.value;
}

/** The longest that {@link runAtOnce} lets a parker spin, in ms. */
const MAX_LOOK_MS = 1;

/**
 * Runs an algorithm as far as it goes without a sleep, for event loops. It spins for some microseconds while another thread
 * needs some instructions, but never sleeps: that thread may be stopped.
 *
 * @returns undefined if it would have had to sleep; the algorithm was ended then
 */
export function runAtOnce<T>(parker: Parker, coroutine: Coroutine<T>): T | undefined {
  let step = coroutine.next();
  while (step.done !== true) {
    if (step.value.kind === 'park' || !step.value.brief) {
      coroutine.return(undefined as never);
      return undefined;
    }
    parker.pause(step.value, MAX_LOOK_MS);
    step = coroutine.next();
  }
  return step.value;
}
