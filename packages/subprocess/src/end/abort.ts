import { constants } from 'node:os';
import { checkInteger } from '@multiprocess/shared-memory';
import { support } from '../platform/chosen-support.js';

const ABORTED = 128 + constants.signals.SIGABRT;
const STATUS_LIMITS = { min: -(2 ** 31), max: 2 ** 31 - 1 };

/**
 * Ends this process at once by SIGABRT. No listener runs, and nothing is flushed. As process 1 of a container, for which the
 * kernel does not take the default action of a signal, it ends with status 134, as a shell reports SIGABRT. Without the native
 * part, Node writes where the program was, and only the main thread may call it.
 *
 * @example
 * ```ts source="../run.examples.ts#end"
 * if (process.argv.includes('--core')) abort(); // by SIGABRT, which leaves a core file
 * _exit(3); // at once: no exit listeners, nothing flushed
 * ```
 */
export function abort(): never {
  if (process.pid === 1) support().exitNow(ABORTED);
  support().abortNow();
  throw new Error('This process survived abort()');
}

/**
 * Ends this process at once with a status, of which the system keeps 8 bits. No listener runs, and nothing is flushed. See the
 * example of {@link abort}. Without the native part, only the main thread may call it.
 *
 * @throws {@link TypeError} or {@link RangeError} if the status is not a whole number.
 */
export function _exit(status: number): never {
  support().exitNow(checkInteger('status', status, STATUS_LIMITS) & 0xff);
  throw new Error('This process survived _exit()');
}
