import { isError } from '../base/built-ins.js';
import { hasErrorCode, systemErrorName } from '../base/errno.js';
import { MultiprocessError, OutOfMemoryError, SystemError } from '../base/errors.js';
import { memoryLimit } from './index.js';
import { ELSEWHERE, MEANINGS, refusalText } from './meanings.js';
import type { Meaning, SystemPlace } from './meanings.js';

export type { SystemPlace } from './meanings.js';

/** The name of a system error; undefined for an error of this toolkit, of Node or of the user. */
function systemCodeOf(error: unknown): string | undefined {
  if (!isError(error) || error instanceof MultiprocessError) return undefined;
  if (hasErrorCode(error, 'ERR_ACCESS_DENIED')) return 'ERR_ACCESS_DENIED';
  if (error.name === 'NotCapable') return error.name;
  if (!('errno' in error)) return undefined;
  const { code, errno } = error as NodeJS.ErrnoException;
  return code?.startsWith('Unknown') && typeof errno === 'number' ? systemErrorName(errno) : code;
}

function meaningOf(code: string): Meaning {
  const known = (code === 'ENOMEM' ? memoryLimit() : undefined) ?? MEANINGS[code];
  return known ?? { why: 'the system refuses it', remedy: ELSEWHERE };
}

/** Why the system refused something, and what to do, as a part of a message. For any other error, its own message. */
export function systemReason(error: unknown, place: SystemPlace = 'directory'): string {
  const code = systemCodeOf(error);
  if (code !== undefined) return refusalText(code, meaningOf(code), place);
  return isError(error) ? error.message : String(error);
}

/**
 * The error of this toolkit for a system error: with a class, a `code`, and what to do. Any other error is returned as it is.
 *
 * @param doing what was refused: continues "Cannot "
 */
export function explainRefusal(doing: string, error: unknown, place: SystemPlace = 'directory'): Error {
  const code = systemCodeOf(error);
  if (code === undefined) return error as Error;
  const meaning = meaningOf(code);
  const message = `Cannot ${doing}: ${refusalText(code, meaning, place)}`;
  if (meaning.isMemory) return new OutOfMemoryError(message, { cause: error });
  return new SystemError(message, code, { cause: error });
}

/**
 * The same error with a message that says why and what to do, for calls that promise the system's own `code`, like those of
 * Python. Any other error is returned as it is.
 */
export function withSystemReason(doing: string, error: unknown, place: SystemPlace = 'path'): Error {
  const code = systemCodeOf(error);
  if (code === undefined) return error as Error;
  const explained = new Error(`Cannot ${doing}: ${refusalText(code, meaningOf(code), place)}`, { cause: error });
  const { errno, syscall, path } = error as NodeJS.ErrnoException;
  return Object.assign(explained, { code, errno, syscall, ...(path !== undefined && { path }) });
}
