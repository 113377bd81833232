import type { OnWindows, Processes } from '@multiprocess/native';
import { constants, lstatSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { throwIfErrno } from '../../base/errno.js';
import { processesOf } from '../system/process-state.js';
import type { PrivateDirectories, System } from '../system/system.js';

/** The name of the file that claimers lock: Windows locks no directories. The native part knows it, to remove it with its directory. */
const CLAIM_LOCK = 'claim.lock';
const PAGE_BYTES = 4096;
/** A named pipe has no path; what has one is a socket, as elsewhere. */
const MAX_SOCKET_PATH = 107;

/** Of the native part. */
type Calls = Processes & Pick<OnWindows, 'makeDirectory' | 'writers'>;

/** Windows tells by functions, which the native part calls; what it does not have is none. */
export function windows(calls: () => Calls): System {
  return {
    ...directoriesOf(calls),
    claimLock: (directory) => ({ path: join(directory, CLAIM_LOCK), flags: constants.O_RDWR | constants.O_CREAT }),
    fileBytes: (byteLength) => Math.ceil(byteLength / PAGE_BYTES) * PAGE_BYTES,
    removesMapped: false,
    // No process reaches the handles of another. A file that a process has mapped keeps its name, or another one.
    descriptorOfDeleted: () => undefined,
    descriptorOfName: () => undefined,
    descriptorOfInode: () => undefined,
    mapsDeleted: () => false,
    descriptorPath: (descriptor) => String(descriptor),
    withoutDescriptorPath: (message) => message,
    isKernelFolder: () => false,
    folderAccess: constants.O_RDONLY,
    maxSocketPathBytes: MAX_SOCKET_PATH,
    lockHolders: () => new Map<number, readonly number[]>(),
    mayHoldLocks: () => [],
    memoryLimit: () => undefined,
    addressesLeft: () => Infinity,
    descriptorLimit: () => undefined,
    ...processesOf(calls),
    argumentsOf: () => [],
    environmentOf: () => [],
    ownProgram: () => process.execPath,
    isRegisteredFormat: () => undefined,
    sharedDirectories() {
      try {
        return [calls().userDirectory(), tmpdir()].filter((path) => path !== '');
      } catch {
        return [tmpdir()]; // without the native part there is nothing to meet in it
      }
    },
  };
}

/** Directories that only this user can write to, by their security descriptor. */
function directoriesOf(calls: () => Calls): PrivateDirectories {
  return {
    makeDirectory(directory) {
      throwIfErrno(calls().makeDirectory(directory), 'mkdir', directory);
    },
    whyNotPrivate(directory) {
      const found = lstatSync(directory, { throwIfNoEntry: false });
      if (found === undefined) return 'missing';
      if (!found.isDirectory()) return 'found something else';
      const [, , ...others] = calls().writers(directory);
      return others.length === 0 ? undefined : `others may write to it: ${others.join(', ')}`;
    },
  };
}
