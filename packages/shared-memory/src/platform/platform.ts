import { native as load } from '@multiprocess/native';
import type { Native } from '@multiprocess/native';
import { UnsupportedPlatformError } from '../base/errors.js';

export type { Native };

/**
 * The functions of the native part.
 *
 * @throws {@link UnsupportedPlatformError} if there is none for this platform. The package can still be imported, and used between
 * threads.
 */
export function native(): Native {
  try {
    // For tests without the native part.
    if (process.env['MULTIPROCESS_NATIVE'] === 'off') throw new Error('MULTIPROCESS_NATIVE=off');
    return load();
  } catch (cause) {
    throw new UnsupportedPlatformError(
      `This needs the native part of @multiprocess/native, and there is none for ${process.platform} ${process.arch} here`,
      { cause },
    );
  }
}

/** Whether there is a native part for this platform. */
export function hasNative(): boolean {
  try {
    native();
    return true;
  } catch {
    return false;
  }
}

/** What makes a child choose the backend that this process was told to use: by itself it may choose the other one. */
export function backendChoice(): Readonly<Record<string, string>> {
  const chosen = process.env['MULTIPROCESS_NATIVE'];
  return chosen === 'posix' ? { MULTIPROCESS_NATIVE: chosen } : {};
}
