import { native as load } from '@multiprocess/native';
import type { Native } from '@multiprocess/native';
import { UnsupportedPlatformError } from '../base/errors.js';

export type { Native };

/**
 * The part that only the kernel can do.
 *
 * @throws {UnsupportedPlatformError} Where there is no native part for this platform; at the call, so that everything
 * that needs threads only can be imported and used there.
 */
export function native(): Native {
  try {
    // For tests of what is left without it, on machines that have it.
    if (process.env['MULTIPROCESS_NATIVE'] === 'off') throw new Error('MULTIPROCESS_NATIVE=off');
    return load();
  } catch (cause) {
    throw new UnsupportedPlatformError(
      `Sharing between processes needs the native part of @multiprocess/native, and there is none for ${process.platform} ${process.arch} here`,
      { cause },
    );
  }
}

/** Whether there is one. */
export function hasNative(): boolean {
  try {
    native();
    return true;
  } catch {
    return false;
  }
}
