import nodeProcess from 'node:process';
import type { Settings } from './daemon-options.js';
import { openLogs } from './logs.js';
import { PidFile } from './pid-file.js';
import { restoreDefault } from './platform.js';

/**
 * Finishes the start in the daemon's own process. The launcher has given it a session of its own, and its output files.
 *
 * @throws {@link DaemonError} if there is another instance.
 * @throws {@link Error} with `code`, if the system refuses
 */
export function settleIn(settings: Settings): void {
  restoreDefault('SIGINT');
  restoreDefault('SIGQUIT');
  if (settings.pidFile !== undefined) hold(settings.pidFile);
  process.umask(settings.umask);
  openLogs(settings);
  process.chdir(settings.cwd);
  dropPrivileges(settings);
}

/** Holds the pid file until the end of the process: nothing closes the lock file before. */
function hold(path: string): void {
  const held = PidFile.acquire(path);
  nodeProcess.on('exit', () => {
    held.remove();
  });
}

/** `initgroups` is missing in the types of Node. */
type WithGroups = NodeJS.Process & { initgroups?(user: string | number, group: string | number): void };

/** Changes the groups first: a process that has dropped root may no longer do that. */
function dropPrivileges({ user, group = user }: Settings): void {
  if (group !== undefined && process.setgid !== undefined) {
    if (user !== undefined) (process as WithGroups).initgroups?.(user, group);
    process.setgid(group);
  }
  if (user !== undefined) process.setuid?.(user);
}
