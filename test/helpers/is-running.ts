import { readFileSync } from 'node:fs';

// Places behind the name in /proc/PID/stat (proc_pid_stat(5)).
const STATE = 0;
const THREADS = 17;

/**
 * Whether there is such a process that has not ended. A zombie has, once all its threads are gone: the process that inherits the
 * orphans of a container may take seconds to reap them.
 */
export function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return !'ZX'.includes(fields[STATE] ?? 'X') || Number(fields[THREADS]) > 1;
  } catch {
    return false;
  }
}
