import nodeProcess from 'node:process';
import { isMainThread } from 'node:worker_threads';
import { checkString } from '@multiprocess/shared-memory';
import { call } from './run.js';
import { callSync } from './run-sync.js';

/**
 * Runs a shell command with the standard streams of this process, to its end. Ctrl-C ends the command and not this process.
 * See the example of {@link getoutput}.
 *
 * @returns its status: 127 if there is no such command, −N after signal N
 */
export async function system(cmd: string): Promise<number> {
  checkString('cmd', cmd);
  const release = leaveInterruptsToTheCommand();
  try {
    return await call(cmd, { shell: true, killTree: false });
  } finally {
    release();
  }
}

/** Like {@link system}, but blocks the thread. */
export function systemSync(cmd: string): number {
  checkString('cmd', cmd);
  const release = leaveInterruptsToTheCommand();
  try {
    return callSync(cmd, { shell: true, killTree: false });
  } finally {
    release();
  }
}

/** As C's `system` does. A listener disables the default action; other listeners of this program are still called. */
function leaveInterruptsToTheCommand(): () => void {
  if (!isMainThread) return () => undefined; // only the main thread has signals
  const ignore = (): void => undefined;
  nodeProcess.on('SIGINT', ignore).on('SIGQUIT', ignore);
  return () => {
    nodeProcess.off('SIGINT', ignore).off('SIGQUIT', ignore);
  };
}
