import { readFileSync, readdirSync } from 'node:fs';

/** The state of a process, from `/proc`. */
export interface ProcessStat {
  readonly pid: number;
  /** A letter; `T` and `t` mean stopped. */
  readonly state: string;
  readonly parent: number;
  /** Its start time in ticks since boot. With the process id, it identifies the process for ever. */
  readonly startedAt: string;
}

// Fields of /proc/<pid>/stat, counted behind the name, which may contain parentheses and spaces.
const STATE = 0;
const PARENT = 1;
const STARTED_AT = 19;

/** The state of a process; undefined if it does not exist, or is a zombie. */
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
  return { pid, state, parent: Number(fields[PARENT]), startedAt: fields[STARTED_AT] ?? '' };
}

/** Whether the process ignores that signal. */
export function ignoresSignal(pid: number, signal: number): boolean {
  try {
    const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '0';
    return ((BigInt(`0x${ignored}`) >> BigInt(signal - 1)) & 1n) === 1n;
  } catch {
    return false; // it has ended
  }
}

/** All running processes that this one may see. Takes some milliseconds. */
export function runningProcesses(): ProcessStat[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => processStat(Number(pid)) ?? []);
}

/** The processes of `all` that descend from one of the `roots`, through processes of `all`. */
export function descendantsOf(roots: readonly number[], all: readonly ProcessStat[]): ProcessStat[] {
  const byParent = new Map<number, ProcessStat[]>();
  for (const one of all) {
    const siblings = byParent.get(one.parent);
    if (siblings === undefined) byParent.set(one.parent, [one]);
    else siblings.push(one);
  }
  const found = new Set<ProcessStat>();
  const parents = [...roots];
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    for (const child of byParent.get(parent) ?? []) {
      if (found.has(child)) continue;
      found.add(child);
      parents.push(child.pid);
    }
  }
  return [...found];
}
