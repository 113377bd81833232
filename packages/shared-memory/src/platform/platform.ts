import { native as load } from '@multiprocess/native';
import type { Native } from '@multiprocess/native';
import { UnsupportedPlatformError } from '../base/errors.js';

export type { Native };

/**
 * The functions of the native part.
 *
 * @throws {UnsupportedPlatformError} If there is none for this platform. The package can still be imported, and used between
 * threads.
 */
export function native(): Native {
  try {
    // For tests without the native part.
    if (process.env['MULTIPROCESS_NATIVE'] === 'off') throw new Error('MULTIPROCESS_NATIVE=off');
    return load();
  } catch (cause) {
    throw new UnsupportedPlatformError(
      `Sharing between processes needs the native part of @multiprocess/native, and there is none for ${process.platform} ${process.arch} here`,
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
