import { getSystemErrorName } from 'node:util';

/** A system error as Node's own calls throw it: `code`, `errno` and the call that failed. `status` is the negative errno. */
export function systemError(status: number, syscall: string, path?: string): NodeJS.ErrnoException {
  const code = getSystemErrorName(status);
  const error: NodeJS.ErrnoException = new Error(`${code}: ${syscall}${path === undefined ? '' : ` '${path}'`}`);
  error.code = code;
  error.errno = status;
  error.syscall = syscall;
  if (path !== undefined) error.path = path;
  return error;
}

/** Whether `error` came from the operating system with this `code`. */
export function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}
