import { constants } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import { ownLaunch } from '../launch/own-launch.js';
import { ignoreSignal } from '../platform/platform.js';

/**
 * What reaches a whole group of processes and would end each of them: Ctrl-C, a terminal that is closed, a service manager
 * that stops a service, Ctrl-\\, and what some of them are told to send instead.
 */
const TO_THE_GROUP: readonly string[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];

/**
 * For a child that works for its parent, which alone decides what becomes of that work: a signal that reaches the whole
 * group of processes does nothing here from now on, but for code that has been installed for it, by tasks. The parent ends
 * such a child by SIGKILL, and as long as there is code for SIGTERM by that; when the parent ends, so does the child.
 *
 * The signals are ignored by the kernel, so that they do not even wake the event loop, and so that others who end a tree
 * of processes can tell that SIGTERM will not do. What is started from here has its defaults back. In a thread there is nothing to
 * do: signals are its process's.
 */
export function shieldFromGroup(): void {
  const launch = ownLaunch();
  if (!isMainThread || launch === undefined) return;
  const shield = (signal: string): void => {
    if (process.listenerCount(signal) > 0) return;
    ignoreSignal(constants.signals[signal as NodeJS.Signals]);
    if (signal === 'SIGTERM') launch.noteShield(true);
  };
  TO_THE_GROUP.forEach(shield);
  process.on('newListener', (event) => {
    if (event === 'SIGTERM') launch.noteShield(false);
  });
  // Node restores the default with the last listener, before this is called.
  process.on('removeListener', (event) => {
    if (typeof event === 'string' && TO_THE_GROUP.includes(event)) shield(event);
  });
}
