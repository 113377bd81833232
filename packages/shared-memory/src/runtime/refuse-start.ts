import { ProcessStartError } from '../base/errors.js';
import { isImporting } from './importing.js';
import { origin } from './origin.js';

/**
 * To be called before anything is started that could run the program's modules again: a process, a thread, a manager, a
 * pool, a daemon, a spare.
 *
 * @param name of what is to be started
 * @throws {ProcessStartError} If it would be started once more by everything that it starts.
 */
export function refuseEndlessStart(name: string): void {
  const from = origin();
  if (from === 'application') {
    throw new ProcessStartError(
      `${name} cannot be started here: this process was started as a child, and ${process.execPath} has run the application again in it. ` +
        'Set the environment variable MULTIPROCESS_NODE to the path of a Node that children can run on',
    );
  }
  if (from === 'program' || !isImporting()) return;
  throw new ProcessStartError(
    `${name} cannot be started here: this is a child that is just importing a module, and every child would start another one. ` +
      'Put what only the main process shall do behind a guard: if (isMainProcess) { … start() … }',
  );
}
