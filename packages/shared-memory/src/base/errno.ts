import { constants } from 'node:os';
import { isError } from './built-ins.js';

/** Names of the system's errors. libuv, which Node asks, knows some only: not that of a quota that is used up. Of two names the first. */
const names = new Map(
  Object.entries(constants.errno)
    .reverse()
    .map(([name, number]) => [number, name]),
);

/** The name of a system error, as `ENOSPC`, of a negative errno. */
export function systemErrorName(status: number): string {
  return names.get(-status) ?? `E${-status}`;
}

/** A system error as Node's own calls throw it: `code`, `errno` and the call that failed. `status` is the negative errno. */
export function systemErrorOf(status: number, syscall: string, path?: string): NodeJS.ErrnoException {
  const code = systemErrorName(status);
  const error: NodeJS.ErrnoException = new Error(`${code}: ${syscall}${path === undefined ? '' : ` '${path}'`}`);
  error.code = code;
  error.errno = status;
  error.syscall = syscall;
  if (path !== undefined) error.path = path;
  return error;
}

/**
 * What a native call has answered.
 *
 * @throws {Error} with `code`, if it is the negative errno of a call that has failed
 */
export function checked(status: number, syscall: string, path?: string): number {
  if (status < 0) throw systemErrorOf(status, syscall, path);
  return status;
}

/** Whether `error` came from the operating system with this `code`. */
export function hasErrorCode(error: unknown, code: string): boolean {
  return isError(error) && (error as NodeJS.ErrnoException).code === code;
}
