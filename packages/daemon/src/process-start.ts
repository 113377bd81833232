import { readFileSync } from 'node:fs';

/** Of the fields of /proc/<pid>/stat after the name, the 20th: when the process began, in ticks since the machine did. */
const START_TIME = 19;

/** When a process began: with its number, what names it for good. undefined if there is none, or it has ended. */
export function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before may contain anything
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[START_TIME];
  } catch {
    return undefined;
  }
}
