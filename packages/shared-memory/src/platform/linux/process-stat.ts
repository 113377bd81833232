import { readFileSync, readdirSync } from 'node:fs';

/** How a process stands, as the kernel tells every process. */
export interface ProcessStat {
  readonly pid: number;
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
  return { pid, state, parent: Number(fields[PARENT]), startedAt: fields[STARTED_AT] ?? '' };
}

/** Whether the kernel throws that signal away when the process gets it. */
export function ignoresSignal(pid: number, signal: number): boolean {
  try {
    const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '0';
    return ((BigInt(`0x${ignored}`) >> BigInt(signal - 1)) & 1n) === 1n;
  } catch {
    return false; // it has ended
  }
}

/** All that run now, as far as this one is shown them. Takes some milliseconds. */
export function runningProcesses(): ProcessStat[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => processStat(Number(pid)) ?? []);
}

/** Those of `all` that descend from one of the `roots`, by way of others of them. */
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
