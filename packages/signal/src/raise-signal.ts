import { checkInteger, withSystemReason } from '@multiprocess/shared-memory';
import { raiseNow } from './platform.js';
import { nameOf, numberOf } from './signal-names.js';
import type { Signal } from './signal-names.js';

const PID_LIMITS = { min: -(2 ** 31), max: 2 ** 31 - 1 };

/**
 * Sends a signal to this process. A default action has been taken when this returns; a handler runs in a later turn of the
 * event loop, as for signals of other processes.
 *
 * For the first process of a PID namespace (process 1 of a container) the kernel takes no default action. If that action ends a
 * process, this one ends at once with status 128 + the number of the signal; if it stops a process, nothing happens.
 *
 * See the example of {@link sigwait}.
 *
 * @throws {@link TypeError} or {@link RangeError} if it is neither a name nor a number, or there is no such signal.
 */
export function raiseSignal(sig: Signal): void {
  raiseNow(numberOf(sig));
}

/**
 * Sends a signal to a process; signal 0 only checks whether the process exists. As in kill(2), a process id of 0 is the group of
 * the caller, −1 all processes that the caller may signal, and −N the group N.
 *
 * The first process of a PID namespace gets from processes in it only signals that it handles. The kernel drops others without
 * an error, even SIGKILL. To end itself it calls {@link raiseSignal}.
 *
 * @example
 * ```ts source="./signal.examples.ts#send"
 * kill(pid, 0); // throws with code 'ESRCH' if there is no such process
 * kill(pid, 'SIGTERM');
 * console.log(strsignal('SIGTERM'), validSignals().has('SIGTERM')); // 'Terminated' true
 * ```
 * @throws {@link Error} with `code` `'ESRCH'` if there is no such process, `'EPERM'` if it belongs to another user
 * @throws {@link TypeError} if `pid` is not a number, or `sig` neither a name nor a number.
 * @throws {@link RangeError} if `pid` is not a whole number, or there is no such signal.
 */
export function kill(pid: number, sig: Signal = 'SIGTERM'): void {
  checkInteger('pid', pid, PID_LIMITS);
  const name = sig === 0 ? 0 : nameOf(sig);
  try {
    process.kill(pid, name);
  } catch (error) {
    throw withSystemReason(`send ${name === 0 ? 'signal 0' : name} to process ${pid}`, error, 'process');
  }
}
