import { native } from '@multiprocess/native';

/**
 * Makes the kernel kill this process when the thread that started it ends, and ends it now if that has happened
 * already: an end between its start and this call would go unnoticed. As the kernel forgets that where one of the two
 * changes the user it runs as, a thread of this process also waits for the end of the other one.
 *
 * @param parent the process that started it
 */
export function dieWithParent(parent: number): void {
  const SIGKILL = 9;
  native().setParentDeathSignal(SIGKILL);
  native().dieWithParent(parent);
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}

/** Makes the kernel throw a signal away, and with it whatever code there is for it. */
export function ignoreSignal(signal: number): void {
  const IGNORE = 1;
  native().signalAction(signal, IGNORE);
}
