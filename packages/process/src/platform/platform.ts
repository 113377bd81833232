import { native } from '@multiprocess/native';

/**
 * Makes the kernel kill this process when the thread that started it ends. If that thread has ended already, this process
 * ends now. The kernel drops this setting when one of the two processes changes its user (prctl(2), PR_SET_PDEATHSIG), so a
 * thread of this process also waits for the end of the parent.
 *
 * @param parent the process that started it
 */
export function dieWithParent(parent: number): void {
  const SIGKILL = 9;
  native().setParentDeathSignal(SIGKILL);
  native().dieWithParent(parent);
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}

/** Makes the kernel ignore a signal. Installed handlers for it no longer run. */
export function ignoreSignal(signal: number): void {
  const IGNORE = 1;
  native().signalAction(signal, IGNORE);
}
