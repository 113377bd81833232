import { checkInteger, checkNumber, checkOneOf } from '@multiprocess/shared-memory';
import { getTimer, setAlarm, setTimer } from './platform.js';

/** Which time a timer counts: that of the clock (SIGALRM), the program's on a processor (SIGVTALRM), or that and the kernel's for it (SIGPROF). */
export type TimerName = 'real' | 'virtual' | 'prof';

/** A timer of the kernel, in milliseconds; 0 when it is stopped. */
export interface TimerState {
  readonly remaining: number;
  readonly interval: number;
}

const NUMBERS: Readonly<Record<TimerName, number>> = { real: 0, virtual: 1, prof: 2 };
const MICROS = 1000;
const MAX_SECONDS = 2 ** 31 - 1;

/**
 * Lets the kernel send SIGALRM after so many seconds; 0 stops it. It ends a process that has no handler for it, also one that
 * blocks; but not process 1 of a container, for which the kernel takes no default action. The same timer as `setitimer('real')`.
 * See the example of {@link signal}.
 *
 * @returns the seconds that were left of the alarm before, 0 if there was none
 * @throws {TypeError | RangeError} If `seconds` is not a whole number, 0 or more.
 */
export function alarm(seconds: number): number {
  return setAlarm(checkInteger('seconds', seconds, { max: MAX_SECONDS }));
}

/**
 * Starts a timer of the kernel, to end after `delay` ms and then each `interval` ms; a delay of 0 stops it. Times are rounded up
 * to microseconds.
 *
 * @example
 * ```ts source="./signal.examples.ts#timers"
 * setitimer('real', 100, 20); // SIGALRM in 100 ms, and then every 20 ms
 * console.log(getitimer('real')); // { remaining: 99.9, interval: 20 }
 * setitimer('real', 0); // no more
 * ```
 * @returns how it stood before
 * @throws {TypeError | RangeError} If there is no such timer, or a time is negative or not a number.
 */
export function setitimer(which: TimerName, delay: number, interval = 0): TimerState {
  return stateOf(setTimer(numberOf(which), microsOf('delay', delay), microsOf('interval', interval)));
}

/** How a timer stands. See the example of {@link setitimer}. */
export function getitimer(which: TimerName): TimerState {
  return stateOf(getTimer(numberOf(which)));
}

function stateOf([remaining, interval]: readonly [number, number]): TimerState {
  return { remaining: remaining / MICROS, interval: interval / MICROS };
}

function microsOf(name: string, milliseconds: number): number {
  return Math.ceil(checkNumber(name, milliseconds, { max: MAX_SECONDS * 1000, unit: 'milliseconds' }) * MICROS);
}

function numberOf(which: TimerName): number {
  return NUMBERS[checkOneOf('which', which, ['real', 'virtual', 'prof'])];
}
