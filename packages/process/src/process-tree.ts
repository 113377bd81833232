import { readdirSync } from 'node:fs';
import { processStat } from '@multiprocess/shared-memory';

/** A process that is not one's own child, and may be gone any time: its number alone might become another's. */
export interface Relative {
  readonly pid: number;
  readonly parent: number;
  /** When it was started, in the kernel's own unit: tells it from a later one with its number. */
  readonly startedAt: string;
}

/** All that descend from a process and run now. Reads /proc, which takes some milliseconds. */
export function descendantsOf(root: number): Relative[] {
  const byParent = new Map<number, Relative[]>();
  for (const name of readdirSync('/proc')) {
    const one = /^\d+$/.test(name) ? relative(Number(name)) : undefined;
    if (one === undefined) continue;
    const siblings = byParent.get(one.parent);
    if (siblings === undefined) byParent.set(one.parent, [one]);
    else siblings.push(one);
  }
  const found: Relative[] = [];
  const generations = [root];
  for (let parent = generations.pop(); parent !== undefined; parent = generations.pop()) {
    for (const child of byParent.get(parent) ?? []) {
      found.push(child);
      generations.push(child.pid);
    }
  }
  return found;
}

/** Whether it still runs. */
export function isRunning({ pid, startedAt }: Relative): boolean {
  return relative(pid)?.startedAt === startedAt;
}

function relative(pid: number): Relative | undefined {
  const stat = processStat(pid);
  return stat === undefined ? undefined : { pid, parent: stat.parent, startedAt: stat.startedAt };
}
