import { readFileSync } from 'node:fs';

/** The state of the main thread of a process, as `S` (asleep) or `T` (stopped); undefined once it has ended. */
export function stateOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat[stat.lastIndexOf(')') + 2];
  } catch {
    return undefined;
  }
}
