import { native } from '@multiprocess/native';
import { systemErrorOf, withSystemReason } from '@multiprocess/shared-memory';

/**
 * Creates a pipe. Both ends belong to the calling thread: see `closeDescriptor`.
 *
 * @throws {Error} with `code`, if there are no descriptors left
 */
export function makePipe(): { readonly readEnd: number; readonly writeEnd: number } {
  const [readEnd = -1, writeEnd = -1] = native().makePipe();
  if (writeEnd >= 0) return { readEnd, writeEnd };
  throw withSystemReason('make a pipe for a program', systemErrorOf(readEnd, 'pipe'));
}

/** Prevents programs that are started from now on from inheriting open descriptors, except those that are passed on explicitly. */
export function closeDescriptorsOnExec(): void {
  native().closeOnExec(); // not on old kernels: there, programs inherit them
}

/** Becomes another program. Returns only if that failed: the error. */
export function replaceProcess(path: string, args: readonly string[], environment: readonly string[]): Error {
  return systemErrorOf(native().exec(path, args, environment), 'execve', path);
}

/** Ends this process at once. */
export function exitNow(status: number): void {
  native().exitNow(status);
}

/** Ends this process by SIGABRT. */
export function abortNow(): void {
  native().abort();
}
