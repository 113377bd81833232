import { UnsupportedPlatformError } from '@multiprocess/shared-memory';

/**
 * The error of what Node cannot do alone.
 *
 * @param what as the subject of a sentence
 * @param instead what to do
 */
export function needsNativePart(what: string, instead: string): UnsupportedPlatformError {
  return new UnsupportedPlatformError(
    `${what} needs the native part of @multiprocess/native, and there is none for ${process.platform} ${process.arch} here: ${instead}`,
  );
}

/** The error of what an operating system does not have. */
export function notOnWindows(what: string, instead: string): UnsupportedPlatformError {
  return new UnsupportedPlatformError(`Windows has no ${what}: ${instead}`);
}
