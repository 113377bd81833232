import { constants } from 'node:os';
import { isError } from './built-ins.js';

/**
 * The name of the system error with that negative errno, such as `ENOSPC`. Node's own list, from libuv, lacks some, such as EDQUOT.
 * Of two names for a number, the first.
 */
export function systemErrorName(status: number): string {
  const found = Object.entries(constants.errno).find(([, number]) => number === -status);
  return found?.[0] ?? `E${-status}`;
}

/** A system error like those of Node: with `code`, `errno` and the call that failed. `status` is the negative errno. */
export function systemErrorOf(status: number, syscall: string, path?: string): NodeJS.ErrnoException {
  const code = systemErrorName(status);
  const error: NodeJS.ErrnoException = new Error(`${code}: ${syscall}${path === undefined ? '' : ` '${path}'`}`);
  error.code = code;
  error.errno = status;
  error.syscall = syscall;
  if (path !== undefined) error.path = path;
  return error;
}

/** The result of a native call. @throws {@link Error} with `code`, if it is a negative errno */
export function throwIfErrno(status: number, syscall: string, path?: string): number {
  if (status < 0) throw systemErrorOf(status, syscall, path);
  return status;
}

/** Whether `error` is a system error with this `code`. */
export function hasErrorCode(error: unknown, code: string): boolean {
  return isError(error) && (error as NodeJS.ErrnoException).code === code;
}
