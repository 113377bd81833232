import { ProcessStartError } from '@multiprocess/shared-memory';

/** From this version of Node on, a process that was started from a snapshot aborts when one of its threads loads a stream. */
const FIRST_TO_ABORT = 22;

/**
 * Call this before a thread is started.
 *
 * @throws {@link ProcessStartError} if Node would abort the process because of the thread.
 */
export function refuseAbortingThread(name: string): void {
  const isFromSnapshot = process.execArgv.some((argument) => /^--snapshot-blob(=|$)/.test(argument));
  if (!isFromSnapshot || Number.parseInt(process.versions.node, 10) < FIRST_TO_ABORT) return;
  throw new ProcessStartError(
    `${name} cannot be started as a thread: this process was started from a snapshot (--snapshot-blob), and Node ${process.versions.node} aborts such a process when a thread loads streams. Use runtime: 'process'`,
  );
}
