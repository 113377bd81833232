import { clock } from '../base/clock.js';
import type { Parker, WaitRequest } from './parker.js';

/**
 * An algorithm that may have to wait, written once for the forms that block and those that await: it yields what it
 * waits for, and returns what it was called for. It is resumed when its wait may be over, also without reason, and
 * ended by `return()` when the caller gives up; what it had announced it takes back in `finally`.
 */
export type Coroutine<T> = Generator<WaitRequest, T, void>;

/** How long a caller whose time is over waits for somebody who is in the way for some instructions only, and may be stopped. */
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
 * Runs an algorithm as far as it goes without a sleep. It looks for some microseconds at what changes soon, since a thread
 * that is in the way mostly is so for some instructions only; but that one may be stopped, and so is never slept for. For
 * event loops, which have other things to do meanwhile.
 *
 * @returns undefined if it would have had to sleep; it was ended then
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
