import { native } from '@multiprocess/native';

/**
 * Makes the kernel kill this process when the thread that started it ends, and ends it now if that has happened
 * already: between its start and this call nobody would have told it.
 *
 * @param parent the process that started it
 */
export function dieWithParent(parent: number): void {
  const SIGKILL = 9;
  native().setParentDeathSignal(SIGKILL);
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}
