import { readFileSync } from 'node:fs';

// Places behind the name in /proc/PID/stat (proc_pid_stat(5)).
const STATE = 0;
const THREADS = 17;

/**
 * Whether there is such a process that has not ended. A zombie has, once all its threads are gone: the process that inherits the
 * orphans of a container may take seconds to reap them.
 */
export function isRunning(pid: number): boolean {
  if (process.platform === 'win32') return exists(pid);
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return !'ZX'.includes(fields[STATE] ?? 'X') || Number(fields[THREADS]) > 1;
  } catch {
    return false;
  }
}

/** Windows has no zombies. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
