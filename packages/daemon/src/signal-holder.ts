import { closeSync } from 'node:fs';
import { hasErrorCode } from '@multiprocess/shared-memory';
import { isRunning } from './lock-file.js';
import type { Holder } from './lock-file.js';
import { openProcess, signalProcess } from './platform.js';

/**
 * Sends a signal to exactly this process. If the kernel has descriptors of processes, it is checked after its descriptor was opened,
 * so that its number cannot be used again in between; otherwise just before the signal is sent.
 *
 * @returns false if it has ended
 * @throws {@link Error} with `code` `'EPERM'`, if it belongs to another user
 */
export function signalHolder(holder: Holder, signal: NodeJS.Signals): boolean {
  const fd = openProcess(holder.pid);
  if (fd === 'ended') return false;
  if (fd === 'unsupported') return isRunning(holder) && killed(holder.pid, signal);
  try {
    return isRunning(holder) && signalProcess(fd, signal);
  } finally {
    closeSync(fd);
  }
}

function killed(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (hasErrorCode(error, 'ESRCH')) return false;
    throw error;
  }
}
