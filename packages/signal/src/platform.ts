import { posixNative, throwIfErrno } from '@multiprocess/shared-memory';
import type { Native } from '@multiprocess/shared-memory';
import { endsByDefault } from './default-actions.js';

const QUERY = -1;
const DEFAULT = 0;
const IGNORE = 1;

/** The first process of a PID namespace, and so of a container. */
const FIRST_PID = 1;
/** Shells report the end by a signal as this plus its number. */
const BY_SIGNAL = 128;

/** @throws {@link UnsupportedPlatformError} on Windows: Node tells there of Ctrl-C and Ctrl-Break, by names of signals. */
function posix(): Native {
  return posixNative('signals', "take process.on('SIGINT') and process.on('SIGBREAK'), and timers of Node");
}

/** @throws {@link UnsupportedPlatformError} on Windows. */
export function checkHasSignals(): void {
  if (process.platform === 'win32') posix();
}

/** What the kernel does with a signal: the default action, nothing, or call a handler. */
type Disposition = 'default' | 'ignored' | 'code';

const DISPOSITIONS: readonly Disposition[] = ['default', 'ignored', 'code'];

export function disposition(signal: number): Disposition {
  return DISPOSITIONS[throwIfErrno(posix().signalAction(signal, QUERY), 'sigaction')] ?? 'code';
}

/** Sets the kernel's action, in place of an installed handler. */
export function setDisposition(signal: number, to: 'default' | 'ignored'): void {
  throwIfErrno(posix().signalAction(signal, to === 'default' ? DEFAULT : IGNORE), 'sigaction');
}

/**
 * Sends a signal to this thread; a default action has been taken when this returns.
 *
 * The kernel takes no default action for the first process of a PID namespace, so this process ends with the status by which a
 * shell reports that signal. A signal that would only stop it does nothing there.
 */
export function raiseNow(signal: number): void {
  throwIfErrno(posix().raiseSignal(signal), 'raise');
  // Checked afterwards: Node's handlers of SIGINT and SIGTERM remove themselves and raise the signal once more.
  if (process.pid === FIRST_PID && endsByDefault(signal) && disposition(signal) === 'default') {
    posix().exitNow(BY_SIGNAL + signal);
  }
}

/** Ends this process by a signal, whose default action must be that. Shared memory that no other process has is removed. */
export function endBy(signal: number): void {
  setDisposition(signal, 'default');
  posix().releaseAll();
  raiseNow(signal);
}

/** Sends SIGALRM after so many seconds; 0 cancels that. Returns the seconds that were left. */
export function setAlarm(seconds: number): number {
  return posix().alarm(seconds);
}

/** Starts or stops a timer of the kernel. Returns the remaining time and the interval that it had, in µs. */
export function setTimer(which: number, micros: number, intervalMicros: number): readonly [number, number] {
  return pair(posix().setTimer(which, micros, intervalMicros), 'setitimer');
}

export function getTimer(which: number): readonly [number, number] {
  return pair(posix().getTimer(which), 'getitimer');
}

function pair([first = 0, second]: readonly number[], syscall: string): readonly [number, number] {
  return second === undefined ? [throwIfErrno(first, syscall), 0] : [first, second];
}
