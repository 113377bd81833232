import { segmentDirectory } from '../files/directory.js';
import { native } from '../platform/platform.js';

/** What this machine and this Node offer for sharing between processes. */
export interface PlatformDescription {
  /** The directory in which programs of this user find each other's objects. */
  readonly directory: string;
  /** How memory becomes a buffer: `node-api`, `v8`, or `array-buffer`, which cannot be posted to worker threads. */
  readonly sharedBuffer: string;
  /** Whether the kernel can wait for two words at once. Without that, the end of a lock's owner is noticed after 20 ms. */
  readonly futexWaitv: boolean;
  /**
   * How threads sleep and are known to have ended: `futex`, or `posix` where the kernel marks no words of threads that end
   * (robust futexes), as under qemu-user.
   */
  readonly backend: string;
}

/**
 * What this machine and this Node offer for sharing between processes.
 *
 * @throws {@link UnsupportedPlatformError} where processes cannot share memory.
 */
export function describePlatform(): PlatformDescription {
  const { sharedBuffer, backend, futexWaitv } = native().describe();
  return { directory: segmentDirectory(), sharedBuffer, backend, futexWaitv };
}
