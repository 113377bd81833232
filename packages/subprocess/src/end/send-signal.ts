import type { ChildProcess } from 'node:child_process';
import { hasErrorCode } from '@multiprocess/shared-memory';
import { notOnWindows } from '../platform/unsupported.js';

/**
 * Sends a signal to a program that has not ended.
 *
 * @param signal its number
 * @throws {UnsupportedPlatformError} On Windows, which can only end a program, for a signal that does not mean that.
 */
export function sendSignal(child: ChildProcess, pid: number, signal: number): void {
  if (process.platform !== 'win32') {
    process.kill(pid, signal); // Node's own kill() knows no real-time signals
    return;
  }
  try {
    child.kill(signal); // by its handle, and so the end is reported as one by that signal
  } catch (error) {
    if (!hasErrorCode(error, 'ENOSYS') && !hasErrorCode(error, 'ERR_UNKNOWN_SIGNAL')) throw error;
    throw notOnWindows(
      `signal ${signal}`,
      'call terminate() or kill(), which end the program, or tell it by its input',
    );
  }
}
