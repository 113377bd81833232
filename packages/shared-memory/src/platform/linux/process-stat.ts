import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessStat } from '../system/system.js';

// Fields of /proc/<pid>/stat, counted behind the name, which may contain parentheses and spaces.
const STATE = 0;
const PARENT = 1;
const THREADS = 17;
const STARTED_AT = 19; // in ticks since boot

/** The state of a process; undefined if it does not exist, or is a zombie. */
export function processStat(pid: number): ProcessStat | undefined {
  const stat = readStat(pid);
  return stat === undefined || isZombie(stat) ? undefined : stat;
}

/** Whether a process has ended with all its threads, even if it was not reaped. It released its locks before that. */
export function hasEnded({ pid, startedAt }: Pick<ProcessStat, 'pid' | 'startedAt'>): boolean {
  const stat = readStat(pid);
  return stat?.startedAt !== startedAt || (isZombie(stat) && stat.threads <= 1);
}

function readStat(pid: number): ProcessStat | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [parent, threads] = [Number(fields[PARENT]), Number(fields[THREADS])];
  return { pid, state: fields[STATE] ?? 'X', parent, threads, startedAt: fields[STARTED_AT] ?? '' };
}

function isZombie({ state }: ProcessStat): boolean {
  return state === 'Z' || state === 'X';
}

/** The user id of a process; undefined if there is no such process. */
export function userOf(pid: number): number | undefined {
  // The owner of /proc/<pid> would not do: it is root for a process that has changed its user.
  const user = statusField(pid, /^Uid:\s*(\d+)/m);
  return user === undefined ? undefined : Number(user);
}

/** Whether the process ignores that signal. */
export function ignoresSignal(pid: number, signal: number): boolean {
  const ignored = statusField(pid, /^SigIgn:\s*([0-9a-f]+)$/m) ?? '0';
  return ((BigInt(`0x${ignored}`) >> BigInt(signal - 1)) & 1n) === 1n;
}

function statusField(pid: number, field: RegExp): string | undefined {
  try {
    return field.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  } catch {
    return undefined; // it has ended
  }
}

/** All running processes that this one may see. Takes some milliseconds. */
export function runningProcesses(): ProcessStat[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => processStat(Number(pid)) ?? []);
}
