import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { notOnWindows } from '../platform/unsupported.js';

const { SIGINT, SIGKILL, SIGTERM } = constants.signals;

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
