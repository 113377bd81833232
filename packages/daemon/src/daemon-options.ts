import path from 'node:path';
import { argumentError, checkBoolean, checkInteger, checkMode, checkNumber } from '@multiprocess/shared-memory';

/** Options of {@link daemonize}. Relative paths start at the working directory of the caller. */
export interface DaemonizeOptions {
  /**
   * Makes it the only instance. The file has its process id in one line, and is readable for all. The lock beside it,
   * `<pidFile>.lock`, is for its owner only. The daemon must be able to create both. Default: none.
   */
  readonly pidFile?: string | undefined;
  /** File to which its output is appended. It is opened again on SIGHUP, so that it can be rotated. Default: none. */
  readonly stdout?: string | undefined;
  /** The same for its standard error. Default: none. */
  readonly stderr?: string | undefined;
  /** Its working directory. Default: `/`, so that all other file systems can be unmounted. */
  readonly cwd?: string | undefined;
  /** Its umask. Default: 0, so that it sets the permissions of its files itself. */
  readonly umask?: number | undefined;
  /** The user, by name or number, that it becomes after it has opened its files, with that user's groups. Default: unchanged. */
  readonly user?: string | number | undefined;
  /** Its group, by name or number. Default: the same name or number as `user`. */
  readonly group?: string | number | undefined;
  /** It is ready when it calls `notifyReady()`, not as soon as it runs. Default: false. */
  readonly waitForReady?: boolean | undefined;
  /** Milliseconds that it may take to be ready; then it is ended. Default: 30 000. */
  readonly readyTimeout?: number | undefined;
}

/** The options, checked and complete, with absolute paths. They can be sent as JSON. */
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

/** The names of these options. */
export const DAEMONIZE_OPTIONS = [
  'pidFile',
  'stdout',
  'stderr',
  'cwd',
  'umask',
  'user',
  'group',
  'waitForReady',
  'readyTimeout',
] as const;

const READY_MS = 30_000;

/** @throws {@link TypeError} or {@link RangeError} if an option is of the wrong type or size. */
export function checkSettings(options: Partial<DaemonizeOptions>): Settings {
  const {
    pidFile,
    stdout,
    stderr,
    cwd = '/',
    umask = 0,
    user,
    group,
    waitForReady = false,
    readyTimeout = READY_MS,
  } = options;
  checkMode('umask', umask, 0o777);
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
