import { native } from '@multiprocess/native';
import { checked } from '@multiprocess/shared-memory';

const QUERY = -1;
const DEFAULT = 0;
const IGNORE = 1;

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

/** Sends a signal to this thread; a default action has been taken when this returns. */
export function raiseNow(signal: number): void {
  checked(native().raiseSignal(signal), 'raise');
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
