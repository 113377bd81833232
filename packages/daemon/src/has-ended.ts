import { readFileSync } from 'node:fs';
import type { Holder } from './lock-file.js';

// Indexes of the fields after the name in /proc/<pid>/stat (proc_pid_stat(5)).
const STATE = 0;
const THREADS = 17;
const STARTED_AT = 19;

/**
 * Whether a process has ended with all its threads, even if its parent has not reaped it yet. It released its locks before that.
 */
export function hasEnded({ pid, startedAt }: Holder): boolean {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return true;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[STARTED_AT] !== startedAt) return true;
  return 'ZX'.includes(fields[STATE] ?? 'X') && Number(fields[THREADS]) <= 1;
}
