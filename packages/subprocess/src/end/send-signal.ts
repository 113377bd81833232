import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { argumentError, received } from '@multiprocess/shared-memory';
import { notOnWindows } from '../platform/unsupported.js';

const { SIGINT, SIGKILL, SIGTERM } = constants.signals;

/** The most that a signal's number can be, on Linux. */
const MAX_SIGNAL = 64;

/**
 * The number of a signal; 0 only looks whether the program is there.
 *
 * @throws {@link RangeError} if there is no such signal. @throws {@link TypeError} if it is neither a name nor a number.
 */
export function checkSignalNumber(signal: NodeJS.Signals | number): number {
  if (typeof signal !== 'number' && typeof signal !== 'string')
    throw argumentError('signal', 'a name or a number', signal);
  const number = typeof signal === 'number' ? signal : constants.signals[signal];
  if (Number.isInteger(number) && number >= 0 && number <= MAX_SIGNAL) return number;
  throw new RangeError(`signal must be the name or number of a signal, received ${received(signal)}`);
}

/**
 * Sends a signal to a program that has not ended.
 *
 * @param signal its number
 * @throws {@link UnsupportedPlatformError} on Windows, as {@link checkOnWindows} does.
 */
export function sendSignal(child: ChildProcess, pid: number, signal: number): void {
  if (process.platform === 'win32') {
    checkOnWindows(signal);
    child.kill(signal); // by its handle, and so its end is reported as one by that signal
  } else process.kill(pid, signal); // Node's own kill() knows no real-time signals
}

/**
 * Windows can only end a program. Some versions of Node do that for every signal.
 *
 * @throws {@link UnsupportedPlatformError} for a signal that does not mean that.
 */
export function checkOnWindows(signal: number): void {
  if ([0, SIGINT, SIGKILL, SIGTERM].includes(signal)) return;
  throw notOnWindows(`signal ${signal}`, 'call terminate() or kill(), which end the program, or tell it by its input');
}
