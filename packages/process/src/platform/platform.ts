import { native, thisThread } from '@multiprocess/shared-memory';

/**
 * Makes the kernel kill this process when the thread that started it ends. If that thread has ended already, this process
 * ends now. The kernel drops this setting when one of the two processes changes its user (prctl(2), PR_SET_PDEATHSIG), so a
 * thread of this process also waits for the end of the parent. Where the kernel has no such setting, for the end of the
 * thread as well.
 *
 * @param parent the process that started it
 * @param owner the owner id of the thread that did
 */
export function dieWithParent(parent: number, owner: number): void {
  const SIGKILL = 9;
  if (native().setParentDeathSignal(SIGKILL) === 0) {
    native().dieWithParent(parent, 0, 0);
    if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
    return;
  }
  const { registry } = thisThread();
  native().dieWithParent(parent, registry.segment, registry.lifeOf(owner).byteOffset);
  if (registry.isDead(owner)) process.kill(process.pid, 'SIGKILL'); // another thread may have its place by now
}

/** Makes the kernel ignore a signal. Installed handlers for it no longer run. */
export function ignoreSignal(signal: number): void {
  const IGNORE = 1;
  native().signalAction(signal, IGNORE);
}

/** Lets the handler run again that {@link ignoreSignal} has replaced, if it has. */
export function handleSignal(signal: number): void {
  const HANDLER = 2;
  native().signalAction(signal, HANDLER);
}
