import { constants } from 'node:os';

// SIGINFO is there on macOS only.
const { SIGCHLD, SIGCONT, SIGINFO, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGURG, SIGWINCH } = constants.signals;

/** Signals whose default action does nothing, stops the process, or lets it go on. */
const HARMLESS: ReadonlySet<number> = new Set([
  SIGCHLD,
  SIGCONT,
  SIGINFO,
  SIGSTOP,
  SIGTSTP,
  SIGTTIN,
  SIGTTOU,
  SIGURG,
  SIGWINCH,
]);

/** Whether the default action of a signal ends the process, with a core file or without. */
export function endsByDefault(signal: number): boolean {
  return !HARMLESS.has(signal);
}
