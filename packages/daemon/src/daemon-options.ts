import path from 'node:path';
import { argumentError, checkBoolean, checkInteger, checkNumber, optionsOf } from '@multiprocess/shared-memory';

/** How a daemon settles in. Relative paths start where it is started. */
export interface DaemonizeOptions {
  /**
   * Makes it the only instance: the file that says which process it is, in one line, readable for all. Beside it lies its lock,
   * `<pidFile>.lock`, for its owner only; the folder must let both be made. Default: none.
   */
  readonly pidFile?: string | undefined;
  /** Where its output goes, appended; opened again on SIGHUP, so that it can be rotated. Default: nowhere. */
  readonly stdout?: string | undefined;
  /** The same for its errors. Default: nowhere. */
  readonly stderr?: string | undefined;
  /** Default: `/`, so that it keeps no file system from being unmounted. */
  readonly cwd?: string | undefined;
  /** Default: 0, so that it decides itself what others may do with its files. */
  readonly umask?: number | undefined;
  /** The user it becomes, by name or number, after it has opened its files; with that user's groups. Default: unchanged. */
  readonly user?: string | number | undefined;
  /** Default: that of `user`, if that is a number the same number. */
  readonly group?: string | number | undefined;
  /** Ready when it calls `notifyReady()`, not as soon as it runs. Default: false. */
  readonly waitForReady?: boolean | undefined;
  /** Milliseconds until it must be ready; then it is ended. Default: 30 000. */
  readonly readyTimeout?: number | undefined;
}

/** The same, checked, complete, with absolute paths; fit for JSON. */
export interface Settings {
  readonly pidFile?: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly cwd: string;
  readonly umask: number;
  readonly user?: string | number;
  readonly group?: string | number;
  readonly waitForReady: boolean;
  readonly readyTimeout: number;
}

const READY_MS = 30_000;

/** @throws {TypeError | RangeError} with the value received, for what is wrong */
export function checkSettings(options: DaemonizeOptions): Settings {
  const { cwd = '/', umask = 0, ...rest } = optionsOf(options, '{ umask: 0o022 }');
  const { pidFile, stdout, stderr, user, group, waitForReady = false, readyTimeout = READY_MS } = rest;
  checkInteger('umask', umask, { max: 0o777 });
  checkBoolean('waitForReady', waitForReady);
  checkNumber('readyTimeout', readyTimeout, { min: 1, unit: 'milliseconds' });
  for (const [name, id] of Object.entries({ user, group })) {
    if (typeof id === 'number') checkInteger(name, id);
    else if (id !== undefined && typeof id !== 'string') throw argumentError(name, 'a name or a number', id);
  }
  return {
    ...(pidFile === undefined ? {} : { pidFile: checkPath('pidFile', pidFile) }),
    ...(stdout === undefined ? {} : { stdout: checkPath('stdout', stdout) }),
    ...(stderr === undefined ? {} : { stderr: checkPath('stderr', stderr) }),
    cwd: checkPath('cwd', cwd),
    umask,
    ...(user === undefined ? {} : { user }),
    ...(group === undefined ? {} : { group }),
    waitForReady,
    readyTimeout: Math.min(readyTimeout, 2 ** 31 - 1),
  };
}

function checkPath(name: string, given: unknown): string {
  if (typeof given === 'string' && given !== '') return path.resolve(given);
  throw argumentError(name, 'a path', given);
}
