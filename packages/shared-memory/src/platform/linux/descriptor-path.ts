import { fstatSync, statSync } from 'node:fs';

/** A path to what a descriptor of this process has open, or to a file in that folder. Good while it is open. */
export function descriptorPath(descriptor: number, name?: string): string {
  return `/proc/self/fd/${descriptor}${name === undefined ? '' : `/${name}`}`;
}

/** A message of the system, with another path in place of one of {@link descriptorPath}. */
export function withoutDescriptorPath(message: string, path: string): string {
  return message.replace(/'\/proc\/self\/fd\/[^']*'/, `'${path}'`);
}

/**
 * Whether an open folder is of `/proc`. Links there belong to the kernel, and the text of some, such as
 * the target of /dev/stdout, is not a path.
 */
export function isKernelFolder(descriptor: number): boolean {
  return fstatSync(descriptor).dev === statSync('/proc').dev;
}

/** See unix(7). */
export const maxSocketPathBytes = 107;

/** O_PATH, the same value for all processors; Node has no constant for it. */
export const folderAccess = 0o10000000;
