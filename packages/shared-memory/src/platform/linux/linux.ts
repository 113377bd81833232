import { directoriesByMode } from '../system/private-directory.js';
import { claimByDirectory } from '../system/claim-lock.js';
import type { System } from '../system/system.js';
import { descriptorOfDeleted, descriptorOfInode, descriptorOfName, mapsDeleted } from './deleted-files.js';
import {
  descriptorPath,
  folderAccess,
  isKernelFolder,
  maxSocketPathBytes,
  withoutDescriptorPath,
} from './descriptor-path.js';
import { sharedDirectories } from './directories.js';
import { memoryLimit, ownLimit } from './limits.js';
import { lockHolders, mayHoldLocks } from './lock-holders.js';
import { hasEnded, ignoresSignal, processStat, runningProcesses, userOf } from './process-stat.js';
import { argumentsOf, environmentOf } from './process-strings.js';
import { isRegisteredFormat, ownProgram } from './program-format.js';

/** Linux shows it all in `/proc`. */
export const linux: System = {
  ...directoriesByMode,
  claimLock: claimByDirectory,
  removesMapped: true,
  fileBytes: (byteLength) => byteLength,
  descriptorOfDeleted,
  descriptorOfName,
  descriptorOfInode,
  mapsDeleted,
  mayHoldLocks,
  descriptorPath,
  withoutDescriptorPath,
  isKernelFolder,
  folderAccess,
  maxSocketPathBytes,
  lockHolders,
  memoryLimit,
  ownLimit,
  processStat,
  hasEnded,
  userOf,
  ignoresSignal,
  runningProcesses,
  argumentsOf,
  environmentOf,
  ownProgram,
  isRegisteredFormat,
  sharedDirectories,
};
