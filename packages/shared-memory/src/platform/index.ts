// What the operating system shows of processes, files and limits. Each system that this toolkit runs on has a folder here, and
// only this file imports from it and chooses.

import { linux } from './linux/linux.js';
import { macos } from './macos/macos.js';
import type { System } from './system/system.js';
import { native } from './platform.js';
import { windows } from './windows/windows.js';

export { descendantsOf } from './system/descendants.js';
export type { ProcessStat } from './system/system.js';

export const {
  /** The arguments that a process was started with; empty if it has ended or belongs to another user. */
  argumentsOf,
  claimLock,
  descriptorOfDeleted,
  descriptorOfInode,
  descriptorOfName,
  /** A path to what a descriptor of this process has open, or to a file in that folder. Good while it is open. */
  descriptorPath,
  /** The environment that a process was started with, as `NAME=value`; empty if it has ended or belongs to another user. */
  environmentOf,
  fileBytes,
  folderAccess,
  /** Whether a process has ended with all its threads, even if it was not reaped. It released its locks before that. */
  hasEnded,
  /** Whether the process is known to ignore that signal. */
  ignoresSignal,
  /**
   * Whether an open folder is of the kernel's own file system. Links there belong to the kernel, and the text of some, such as
   * the target of /dev/stdout, is not a path.
   */
  isKernelFolder,
  /** Whether the kernel starts files with that head, besides ELF files and scripts; undefined if that is not known. */
  isRegisteredFormat,
  /** Which processes hold a lock (flock(2)) on which inode. */
  lockHolders,
  makeDirectory,
  mapsDeleted,
  /** Those of all processes among which the ones with a lock are, found in little time. */
  mayHoldLocks,
  maxSocketPathBytes,
  memoryLimit,
  /** A limit of this process; undefined if it has none. */
  ownLimit,
  /** A path to the program that runs here, even if its file was removed or replaced. */
  ownProgram,
  /** The state of a process; undefined if it does not exist, or is a zombie. */
  processStat,
  removesMapped,
  /** All running processes that this one may see. Takes some milliseconds. */
  runningProcesses,
  sharedDirectories,
  /** The user id of a process; undefined if there is no such process. */
  userOf,
  whyNotPrivate,
  /** A message of the system, with another path in place of one of `descriptorPath`. */
  withoutDescriptorPath,
} = system();

function system(): System {
  if (process.platform === 'darwin') return macos(native);
  return process.platform === 'win32' ? windows(native) : linux;
}
