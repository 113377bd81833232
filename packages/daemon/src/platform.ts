import { constants } from 'node:os';
import { posixNative, throwIfErrno } from '@multiprocess/shared-memory';
import type { Native } from '@multiprocess/shared-memory';

const SHARED = 1;
const EXCLUSIVE = 2;
const DEFAULT_ACTION = 0;

/** @throws {@link UnsupportedPlatformError} on Windows */
function posix(): Native {
  return posixNative('daemons', 'have the program run as a service, or by the task scheduler');
}

/** Locks a file for this descriptor, until it is closed everywhere. Never waits. False if another descriptor has it. */
export function tryLock(fd: number, how: 'shared' | 'exclusive'): boolean {
  const result = posix().lock(fd, how === 'shared' ? SHARED : EXCLUSIVE);
  if (result === -constants.errno.EAGAIN) return false;
  throwIfErrno(result, 'flock');
  return true;
}

/** Makes descriptor `to` refer to the file of `from`, in one step. */
export function duplicate(from: number, to: number): void {
  throwIfErrno(posix().duplicate(from, to), 'dup2');
}

/** Prevents programs that are started from now on from inheriting open descriptors, except those that are passed on explicitly. */
export function closeDescriptorsOnExec(): void {
  posix().closeOnExec(); // not on old kernels: there, programs inherit them
}

/** Restores the default action of a signal. A shell lets programs that it starts in the background ignore some. */
export function restoreDefault(signal: NodeJS.Signals): void {
  throwIfErrno(posix().signalAction(constants.signals[signal], DEFAULT_ACTION), 'sigaction');
}

/** Opens a descriptor of a process (pidfd_open(2)), which refers to that process even when its number is used again. */
export function openProcess(pid: number): number | 'ended' | 'unsupported' {
  const fd = posix().openProcess(pid);
  if (fd >= 0) return fd;
  if (fd === -constants.errno.ESRCH || fd === -constants.errno.EINVAL) return 'ended';
  return 'unsupported'; // kernels before 5.3, and seccomp filters
}

/**
 * Sends a signal to the process of a descriptor. False if it has ended.
 *
 * @throws {@link Error} with `code` `'EPERM'`, if it may not be sent one
 */
export function signalProcess(fd: number, signal: NodeJS.Signals): boolean {
  const result = posix().signalProcess(fd, constants.signals[signal]);
  if (result === -constants.errno.ESRCH) return false;
  throwIfErrno(result, 'pidfd_send_signal');
  return true;
}
