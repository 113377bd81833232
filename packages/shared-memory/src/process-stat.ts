import { readFileSync } from 'node:fs';

/** How a process stands, as the kernel tells everybody. */
export interface ProcessStat {
  /** A letter: `T` and `t` for one that has been stopped. */
  readonly state: string;
  readonly parent: number;
  /** When it began, in ticks since the machine did: with its number, what names it for good. */
  readonly startedAt: string;
}

// Of the fields of /proc/<pid>/stat, those behind the name, which may contain anything, parentheses and spaces too.
const STATE = 0;
const PARENT = 1;
const STARTED_AT = 19;

/** How the process with that number stands; undefined if there is none, or only its status is left. */
export function processStat(pid: number): ProcessStat | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[STATE] ?? 'X';
  if (state === 'Z' || state === 'X') return undefined;
  return { state, parent: Number(fields[PARENT]), startedAt: fields[STARTED_AT] ?? '' };
}
