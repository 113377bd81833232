import { closeSync, openSync } from 'node:fs';
import { native as load, threadObject } from '@multiprocess/native';
import type { Native } from '@multiprocess/native';
import { OutOfMemoryError, SystemError, UnsupportedPlatformError } from '../base/errors.js';
import { MEANINGS, refusalText } from './meanings.js';

export type { Native };

/**
 * The functions of the native part.
 *
 * @throws {@link UnsupportedPlatformError} if there is none for this platform. The package can still be imported, and used between
 * threads.
 * @throws {@link SystemError} or {@link OutOfMemoryError} if the system refuses to load it at the moment.
 */
export function native(): Native {
  try {
    // For tests without the native part.
    if (process.env['MULTIPROCESS_NATIVE'] === 'off') throw new Error('MULTIPROCESS_NATIVE=off');
    return load();
  } catch (cause) {
    throwIfRefused(cause);
    throw new UnsupportedPlatformError(`This needs the native part of @multiprocess/native, ${whyNot(cause)}`, {
      cause,
    });
  }
}

function whyNot(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  // With a code: Node has found it, and refused to load it.
  return code === undefined
    ? `and there is none for ${process.platform} ${process.arch} here: ${message}`
    : `which fails: ${message}`;
}

/** A program that goes on without a native part since it had no descriptor at that moment would share nothing with the others. */
function throwIfRefused(cause: unknown): void {
  // What opens the file is the loader of the system, which tells why only in words.
  try {
    closeSync(openSync(process.execPath, 'r'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EMFILE' || code === 'ENFILE') throw new SystemError(refused(code), code, { cause });
  }
  if (/cannot allocate memory|out of memory/i.test((cause as Error).message))
    throw new OutOfMemoryError(refused('ENOMEM'), { cause });
}

function refused(code: string): string {
  return `Cannot load the native part of @multiprocess/native: ${refusalText(code, MEANINGS[code]!, 'path')}`;
}

/**
 * A value that exists once a thread: all realms and all copies of this package that use the same native binary share it. The
 * binary registers a thread once, so what stands for the registration must be one, too, though every context of a test runner
 * loads this package anew. It outlives the realm that made it.
 *
 * `name` ends with the version of the contents, as that of a {@link threadTable} does.
 *
 * @throws {@link UnsupportedPlatformError} if there is no native part.
 */
export function onceAThread<T extends object>(name: string, make: () => T, isSound: (found: object) => boolean): T {
  native(); // throws
  const place = threadObject() as Record<symbol, unknown>;
  const key = Symbol.for(name);
  const found = place[key];
  if (typeof found === 'object' && found !== null && isSound(found)) return found as T;
  const made = make();
  if (found === undefined) Object.defineProperty(place, key, { value: made });
  return made;
}

/** Whether there is a native part for this platform. @throws what {@link native} does if the system refuses to load it at the moment. */
export function hasNative(): boolean {
  try {
    native();
    return true;
  } catch (error) {
    if (error instanceof UnsupportedPlatformError) return false;
    throw error;
  }
}

/** What makes a child choose the backend that this process was told to use: by itself it may choose the other one. */
export function backendChoice(): Readonly<Record<string, string>> {
  const chosen = process.env['MULTIPROCESS_NATIVE'];
  return chosen === 'posix' ? { MULTIPROCESS_NATIVE: chosen } : {};
}

/**
 * The native part, for what Windows has nothing of.
 *
 * @param what as the object of a sentence
 * @param instead what to do
 * @throws {@link UnsupportedPlatformError} on Windows, or without a native part.
 */
export function posixNative(what: string, instead: string): Native {
  if (process.platform !== 'win32') return native();
  throw new UnsupportedPlatformError(`Windows has no ${what}: ${instead}`);
}
