import { readFileSync } from 'node:fs';
import { processStat } from '@multiprocess/shared-memory';

/**
 * The command line of a process as `/proc` shows it, as one line that tells a terminal nothing, whatever its arguments are; empty
 * where it has ended or belongs to somebody else.
 */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .replaceAll(/\p{Cc}+/gu, ' ')
      .trimEnd();
  } catch {
    return '';
  }
}

/** Whether the process has been stopped, by Ctrl-Z, SIGSTOP or a debugger. */
export function isStopped(pid: number): boolean {
  return processStat(pid)?.state.toUpperCase() === 'T';
}
