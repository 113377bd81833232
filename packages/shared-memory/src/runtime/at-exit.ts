import nodeProcess from 'node:process';
import { hostName } from '../base/host.js';

/**
 * Calls `listener` once when this thread ends other than by a signal: when its event loop is empty, by `process.exit()`, or by an error
 * that is not handled. After the last Deno emits no `exit`.
 */
export function atExit(listener: () => void): void {
  if (hostName !== 'Deno') {
    nodeProcess.once('exit', listener);
    return;
  }
  const stop = (): void => {
    nodeProcess.off('exit', stop).off('uncaughtExceptionMonitor', onError);
    listener();
  };
  const onError = (): void => {
    if (nodeProcess.listenerCount('uncaughtException') === 0) stop(); // with one, the program goes on
  };
  nodeProcess.on('exit', stop).on('uncaughtExceptionMonitor', onError);
}
