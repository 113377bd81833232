import { clock } from '../base/clock.js';
import type { Parker, WaitRequest } from './parker.js';

/**
 * An algorithm that may have to wait, written once for the blocking and the async forms. It yields what it waits for, and
 * returns its result. It is resumed when its wait may be over, also spuriously, and ended by `return()` when the caller
 * gives up; in `finally` it takes back what it has announced.
 */
export type Coroutine<T> = Generator<WaitRequest, T, void>;

/** How long a late caller waits for a thread that is in the way for some instructions only, but may be stopped. */
export const GRACE_MS = 1000;

/**
 * Runs an algorithm to its end, blocking the thread where it waits.
 *
 * @param timeout milliseconds; 0 tries once, `Infinity` waits for ever
 * @returns undefined if the time was over first
 */
export function waitSync<T>(parker: Parker, waiting: Coroutine<T>, timeout: number): T | undefined {
  const deadline = timeout === Infinity ? Infinity : clock.now() + timeout;
  let step = waiting.next();
  while (step.done !== true) {
    const grace = step.value.brief ? GRACE_MS : 0;
    const left = deadline === Infinity ? Infinity : deadline + grace - clock.now();
    if (left <= 0) {
      waiting.return(undefined as never);
      return undefined;
    }
    parker.pause(step.value, left);
    step = waiting.next();
  }
  return step.value;
}

/** The longest that {@link runAtOnce} looks at a word, in ms; parkers look for some microseconds. */
const MAX_LOOK_MS = 1;

/**
 * Runs an algorithm as far as it goes without a sleep, for event loops, which have other things to do. It spins for some
 * microseconds on a thread that is in the way for some instructions only, but never sleeps for it: it may be stopped.
 *
 * @returns undefined if it would have had to sleep; the algorithm was ended then
 */
export function runAtOnce<T>(parker: Parker, waiting: Coroutine<T>): T | undefined {
  let step = waiting.next();
  while (step.done !== true) {
    if (step.value.kind === 'park' || !step.value.brief) {
      waiting.return(undefined as never);
      return undefined;
    }
    parker.pause(step.value, MAX_LOOK_MS);
    step = waiting.next();
  }
  return step.value;
}
