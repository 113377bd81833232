import { argumentsOf, processStat } from '@multiprocess/shared-memory';

/**
 * The command line of a process as one line without control characters, safe for a terminal; empty if the process has ended or
 * belongs to another user.
 */
export function commandLine(pid: number): string {
  return argumentsOf(pid)
    .join(' ')
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trimEnd();
}

/** Whether the process has been stopped, by Ctrl-Z, SIGSTOP or a debugger. */
export function isStopped(pid: number): boolean {
  return processStat(pid)?.state.toUpperCase() === 'T';
}
