import { checkInteger, checkNumber, checkOneOf } from '@multiprocess/shared-memory';
import { getTimer, setAlarm, setTimer } from './platform.js';

/** 'real' counts real time (SIGALRM), 'virtual' the processor time of this program (SIGVTALRM), 'prof' also that of the kernel for it (SIGPROF). */
export type TimerName = 'real' | 'virtual' | 'prof';

/** The state of a timer, in milliseconds; `remaining` is 0 if it is stopped. */
export interface TimerState {
  readonly remaining: number;
  readonly interval: number;
}

const NUMBERS: Readonly<Record<TimerName, number>> = { real: 0, virtual: 1, prof: 2 };
const MICROS = 1000;
const MAX_SECONDS = 2 ** 31 - 1;

/**
 * Makes the kernel send SIGALRM after so many seconds; 0 cancels that. Without a handler the signal ends the process, even if it
 * blocks; but not process 1 of a container, for which the kernel takes no default action. The timer is the same as that of
 * `setitimer('real')`. See the example of {@link signal}.
 *
 * @returns the seconds that were left of the previous alarm; 0 if there was none
 * @throws {@link TypeError} or {@link RangeError} if `seconds` is not a whole number, 0 or more.
 */
export function alarm(seconds: number): number {
  return setAlarm(checkInteger('seconds', seconds, { max: MAX_SECONDS }));
}

/**
 * Starts a timer of the kernel, which sends its signal after `delay` ms and then every `interval` ms; a delay of 0 stops it. Times
 * are rounded up to microseconds.
 *
 * @example
 * ```ts source="./signal.examples.ts#timers"
 * setitimer('real', 100, 20); // SIGALRM in 100 ms, and then every 20 ms
 * console.log(getitimer('real')); // { remaining: 99.9, interval: 20 }
 * setitimer('real', 0); // no more
 * ```
 * @returns its state before
 * @throws {@link TypeError} or {@link RangeError} if there is no such timer, or a time is negative or not a number.
 */
export function setitimer(which: TimerName, delay: number, interval = 0): TimerState {
  return stateOf(setTimer(numberOf(which), microsOf('delay', delay), microsOf('interval', interval)));
}

/** The state of a timer. See the example of {@link setitimer}. */
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
