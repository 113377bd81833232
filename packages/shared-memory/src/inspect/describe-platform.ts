import { segmentDirectory } from '../files/directory.js';
import { native } from '../platform/platform.js';

/** What this machine and this Node offer. */
export interface PlatformDescription {
  /** Where the programs of this user meet. */
  readonly directory: string;
  /** How memory becomes a buffer: `node-api`, `v8`, or `array-buffer`, which cannot be posted to worker threads. */
  readonly sharedBuffer: string;
  /** Whether the kernel can wait for two words at once. Without that, the end of a lock's owner is seen after 20 ms. */
  readonly futexWaitv: boolean;
  /** Whether the kernel tells when a thread ends. Without that nothing can be shared between processes: so it is under qemu-user. */
  readonly robustList: boolean;
}

/**
 * What this machine and this Node offer for sharing between processes.
 *
 * @throws {UnsupportedPlatformError} Where processes cannot share memory.
 */
export function describePlatform(): PlatformDescription {
  const { sharedBuffer, futexWaitv, robustList } = native().describe();
  return { directory: segmentDirectory(), sharedBuffer, futexWaitv, robustList };
}
