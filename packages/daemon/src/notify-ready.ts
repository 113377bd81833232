import nodeProcess from 'node:process';
import { checkString, DaemonError, isError, threadTable } from '@multiprocess/shared-memory';
import type { LaunchChannel } from './launch-channel.js';

// The channel to the launcher, if this process is a daemon and has not yet reported how the start ended. One for all copies of
// this package in a thread: the program may call `notifyReady` of another copy than the one that has started the daemon.
const state = threadTable<{ channel: Pick<LaunchChannel, 'say'> | undefined }>(
  '@multiprocess/daemon readiness 1',
  () => ({ channel: undefined }),
  (found) => 'channel' in found,
);

/** From now on, reports to the launcher if this daemon ends before it is ready. */
export function beginReporting(to: LaunchChannel): void {
  state.channel = to;
  // The launcher has ended before it knew this process: no daemon is wanted.
  if (!to.say({ pid: process.pid })) process.exit(1);
  nodeProcess.on('uncaughtExceptionMonitor', onError);
  nodeProcess.on('exit', onExit);
}

/**
 * Tells the program that has started this daemon that it is ready. With `waitForReady` that program waits for it. Only the first
 * call counts, and only in a daemon that is being started. See the example of {@link daemonize}.
 *
 * @param message for example the port that it listens to. `daemonize()` prints it, and a `Daemon` has it as `readyMessage`
 * @throws {@link TypeError} if the message is not a string.
 */
export function notifyReady(message?: string): void {
  if (message !== undefined) checkString('message', message);
  state.channel?.say({ ready: true, ...(message === undefined ? {} : { message }) });
  stopReporting();
}

/** Tells the launcher why the start failed, and ends. */
export function giveUp(error: unknown): never {
  onError(error);
  process.exit(1);
}

function onError(error: unknown): void {
  const failed = isError(error) ? error.message : String(error);
  const holder = error instanceof DaemonError ? error.pid : undefined;
  state.channel?.say({ failed, ...(holder === undefined ? {} : { holder }) });
  stopReporting();
}

function onExit(status: number): void {
  state.channel?.say({ failed: `The daemon ended with ${status} before it was ready` });
}

function stopReporting(): void {
  state.channel = undefined;
  nodeProcess.off('uncaughtExceptionMonitor', onError).off('exit', onExit);
}
