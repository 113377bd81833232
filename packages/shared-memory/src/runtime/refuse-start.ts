import { ProcessStartError } from '../base/errors.js';
import { isImporting } from './importing.js';
import { origin } from './origin.js';

/**
 * Call it before you start anything that imports the program's modules: a process, a thread, a manager, a pool, a daemon, a
 * spare.
 *
 * @param name of what is to be started, for the message
 * @throws {@link ProcessStartError} if each child would start another one.
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
    `${name} cannot be started here: this child is importing a module, so every child would start another one. ` +
      'Guard what only the main process may do: if (isMainProcess) { … start() … }',
  );
}
