import { constants } from 'node:os';
import { native } from '@multiprocess/native';
import { checked } from '@multiprocess/shared-memory';

const SHARED = 1;
const EXCLUSIVE = 2;
const DEFAULT_ACTION = 0;

/** Locks a file for this descriptor, until it is closed everywhere. Never waits. False if another descriptor has it. */
export function tryLock(fd: number, how: 'shared' | 'exclusive'): boolean {
  const result = native().lock(fd, how === 'shared' ? SHARED : EXCLUSIVE);
  if (result === -constants.errno.EAGAIN) return false;
  checked(result, 'flock');
  return true;
}

/** Makes descriptor `to` mean the file of `from`, in one step. */
export function duplicate(from: number, to: number): void {
  checked(native().duplicate(from, to), 'dup2');
}

/** Keeps what is open here from programs that are started from now on, but for what is handed over by name. */
export function keepDescriptors(): void {
  native().closeOnExec(); // an old kernel lacks it, and then inherited descriptors go on to programs as they came
}

/** Takes back that a signal is ignored, as a shell does for what it starts in the background. */
export function restoreDefault(signal: NodeJS.Signals): void {
  checked(native().signalAction(constants.signals[signal], DEFAULT_ACTION), 'sigaction');
}

/** A process by a descriptor, which means it also when its number is another's. */
export function openProcess(pid: number): number | 'ended' | 'unsupported' {
  const fd = native().openProcess(pid);
  if (fd >= 0) return fd;
  if (fd === -constants.errno.ESRCH || fd === -constants.errno.EINVAL) return 'ended';
  return 'unsupported'; // kernels before 5.3, and seccomp filters
}

/**
 * Sends a signal to the process that a descriptor means. Tells whether it was there.
 *
 * @throws {Error} with `code` `'EPERM'`, if it may not be sent one
 */
export function signalProcess(fd: number, signal: NodeJS.Signals): boolean {
  const result = native().signalProcess(fd, constants.signals[signal]);
  if (result === -constants.errno.ESRCH) return false;
  checked(result, 'pidfd_send_signal');
  return true;
}
