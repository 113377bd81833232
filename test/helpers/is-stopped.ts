import { readFileSync } from 'node:fs';

/** Whether the process is stopped, as by SIGSTOP. */
export function isStopped(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat[stat.lastIndexOf(')') + 2] === 'T';
  } catch {
    return false; // it has ended
  }
}
