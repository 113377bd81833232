import { inspect } from 'node:util';
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
 *
 * @example
 * ```ts source="./signal.examples.ts#handler"
 * signal('SIGALRM', () => {
 *   console.log('time is over');
 * });
 * alarm(5); // the kernel sends SIGALRM in five seconds
 * await pause(); // until a handler has run
 * ```
 * @returns the seconds that were left of the alarm before, 0 if there was none
 * @throws {TypeError | RangeError} If `seconds` is not a whole number, 0 or more.
 */
export function alarm(seconds: number): number {
  if (!Number.isInteger(seconds)) throw new TypeError(`seconds must be a whole number, received ${inspect(seconds)}`);
  if (seconds < 0 || seconds > MAX_SECONDS) {
    throw new RangeError(`seconds must be 0 to ${MAX_SECONDS}, received ${seconds}`);
  }
  return setAlarm(seconds);
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
  const micros = [delay, interval].map((time, at) => {
    if (typeof time !== 'number') throw new TypeError(`Milliseconds must be a number, received ${inspect(time)}`);
    if (!(time >= 0 && time < MAX_SECONDS * 1000)) {
      throw new RangeError(`The ${at === 0 ? 'delay' : 'interval'} must be 0 ms or more, received ${time}`);
    }
    return Math.ceil(time * MICROS);
  });
  return stateOf(setTimer(numberOf(which), micros[0] ?? 0, micros[1] ?? 0));
}

/**
 * How a timer stands.
 *
 * @example
 * ```ts source="./signal.examples.ts#timers"
 * setitimer('real', 100, 20); // SIGALRM in 100 ms, and then every 20 ms
 * console.log(getitimer('real')); // { remaining: 99.9, interval: 20 }
 * setitimer('real', 0); // no more
 * ```
 */
export function getitimer(which: TimerName): TimerState {
  return stateOf(getTimer(numberOf(which)));
}

function stateOf([remaining, interval]: readonly [number, number]): TimerState {
  return { remaining: remaining / MICROS, interval: interval / MICROS };
}

function numberOf(which: TimerName): number {
  if (Object.hasOwn(NUMBERS, which)) return NUMBERS[which];
  throw new RangeError(`A timer is 'real', 'virtual' or 'prof', received ${inspect(which)}`);
}
