// What the operating system shows of processes, files and limits. Each system that this toolkit runs on has a folder here, and
// only this file imports from it. With a second folder, these lines choose between them.

import { linux } from './linux/linux.js';
import { macos } from './macos/macos.js';
import { native } from './platform.js';

export { descendantsOf } from './system/descendants.js';
export type { ProcessStat } from './system/system.js';

export const {
  argumentsOf,
  descriptorOfDeleted,
  descriptorOfInode,
  descriptorOfName,
  descriptorPath,
  environmentOf,
  folderAccess,
  hasEnded,
  ignoresSignal,
  isKernelFolder,
  isRegisteredFormat,
  lockHolders,
  mapsDeleted,
  maxSocketPathBytes,
  memoryLimit,
  ownLimit,
  ownProgram,
  processStat,
  runningProcesses,
  sharedDirectories,
  userOf,
  withoutDescriptorPath,
} = process.platform === 'darwin' ? macos(native) : linux;
