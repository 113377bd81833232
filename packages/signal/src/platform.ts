import { native } from '@multiprocess/native';
import { checked } from '@multiprocess/shared-memory';
import { endsByDefault } from './default-actions.js';

const QUERY = -1;
const DEFAULT = 0;
const IGNORE = 1;

/** The process that a PID namespace, and so a container, begins and ends with. */
const FIRST_PID = 1;
/** What shells add to the number of a signal that has ended a program. */
const BY_SIGNAL = 128;

/** What the kernel does with a signal: its default, nothing, or some code that was installed. */
type Disposition = 'default' | 'ignored' | 'code';

const DISPOSITIONS: readonly Disposition[] = ['default', 'ignored', 'code'];

export function disposition(signal: number): Disposition {
  return DISPOSITIONS[checked(native().signalAction(signal, QUERY), 'sigaction')] ?? 'code';
}

/** Takes whatever code there is away from a signal. */
export function setDisposition(signal: number, to: 'default' | 'ignored'): void {
  checked(native().signalAction(signal, to === 'default' ? DEFAULT : IGNORE), 'sigaction');
}

/**
 * Sends a signal to this thread; a default action has been taken when this returns.
 *
 * The kernel takes none for the first process of a PID namespace, so that one ends by the status that a shell gives to a death
 * by that signal. A signal that would only stop it does nothing there.
 */
export function raiseNow(signal: number): void {
  checked(native().raiseSignal(signal), 'raise');
  // Looked at afterwards: what Node installs for SIGINT and SIGTERM takes itself away and raises the signal once more.
  if (process.pid === FIRST_PID && endsByDefault(signal) && disposition(signal) === 'default') {
    native().exitNow(BY_SIGNAL + signal);
  }
}

/** SIGALRM after so many seconds, 0 for never. Returns the seconds that were left before. */
export function setAlarm(seconds: number): number {
  return native().alarm(seconds);
}

/** Starts or stops a timer of the kernel. Returns what was left, and the interval, in µs. */
export function setTimer(which: number, micros: number, intervalMicros: number): readonly [number, number] {
  return pair(native().setTimer(which, micros, intervalMicros), 'setitimer');
}

export function getTimer(which: number): readonly [number, number] {
  return pair(native().getTimer(which), 'getitimer');
}

function pair([first = 0, second]: readonly number[], syscall: string): readonly [number, number] {
  return second === undefined ? [checked(first, syscall), 0] : [first, second];
}
