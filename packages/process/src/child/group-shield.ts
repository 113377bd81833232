import { constants } from 'node:os';
import nodeProcess from 'node:process';
import { isMainThread } from 'node:worker_threads';
import { clock, hostName } from '@multiprocess/shared-memory';
import { ownLaunch } from '../launch/own-launch.js';
import { handleSignal, ignoreSignal } from '../platform/platform.js';

/**
 * Signals that are sent to a whole group of processes to end it: by Ctrl-C and Ctrl-\\, by a terminal that is closed, by a
 * service manager, and SIGUSR2 by some tools that restart a program.
 */
const TO_THE_GROUP: readonly string[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];

/** Bun restores the default after it has told of the removal. Deno restores those of other signals, too, at the first listener. */
const othersChange = hostName !== 'Node';

/**
 * For a child whose parent decides when it ends, such as a pool's worker. From now on the child ignores signals that are sent
 * to the whole group of processes, unless the user's code handles them. The parent ends it by SIGTERM while there is a
 * handler for that, otherwise by SIGKILL. When the parent ends, so does the child.
 *
 * The kernel ignores the signals. So they do not wake the event loop, and a program that ends a tree of processes can see
 * that SIGTERM has no effect. Programs started from here get the default actions. In a thread this does nothing: signals
 * belong to its process.
 */
export function shieldFromGroup(): void {
  const launch = ownLaunch();
  if (!isMainThread || launch === undefined) return;
  if (nodeProcess.platform === 'win32') {
    shieldFromConsole();
    return;
  }
  const shield = (signal: string): void => {
    const number = constants.signals[signal as NodeJS.Signals];
    if (nodeProcess.listenerCount(signal) > 0) {
      // Deno installs its code for a signal once only, and not anew for another listener.
      if (hostName === 'Deno') handleSignal(number);
      return;
    }
    ignoreSignal(number);
    if (signal === 'SIGTERM') launch.noteShield('on');
  };
  const shieldAll = (): void => {
    TO_THE_GROUP.forEach(shield);
  };
  if (hostName === 'Deno') makeDenoTakeSignals();
  shieldAll();
  nodeProcess.on('newListener', (event) => {
    if (event === 'SIGTERM') launch.noteShield('off');
    if (othersChange && typeof event === 'string' && event.startsWith('SIG')) clock.queueMicrotask(shieldAll);
  });
  // Node restores the default with the last listener, before this is called.
  nodeProcess.on('removeListener', (event) => {
    if (typeof event !== 'string' || !TO_THE_GROUP.includes(event)) return;
    shield(event);
    if (othersChange) clock.queueMicrotask(shieldAll);
  });
}

/** Windows sends to all programs of a console at once: no signals, but events, which end those that do not answer them. */
function shieldFromConsole(): void {
  for (const signal of ['SIGINT', 'SIGBREAK']) nodeProcess.on(signal, () => undefined);
}

/**
 * Deno handles SIGHUP, SIGINT and SIGTERM itself from the first signal on that anything listens to. Code of its own listens too, some
 * time after the start, and would undo what was set before.
 */
function makeDenoTakeSignals(): void {
  const nothing = (): void => undefined;
  nodeProcess.on('SIGWINCH', nothing).off('SIGWINCH', nothing);
}
