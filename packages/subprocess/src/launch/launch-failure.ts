import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import { directoryOf, findObstacle } from './obstacle.js';
import type { LaunchPlace, Obstacle } from './obstacle.js';

/** A start, with its user and group. */
export interface Launch extends LaunchPlace {
  readonly user?: number | undefined;
  readonly group?: number | undefined;
}

/** The system call by which a program was to be started. */
type Syscall = 'spawn' | 'execve';

const WHY: Readonly<Record<string, string>> = {
  EFTYPE: 'it is not a program for this machine',
  EBADF: 'a descriptor that it is to get is not open',
  E2BIG: 'its arguments and environment are longer than the system allows: pass long data as input, or in a file',
  EACCES: 'it, its interpreter or its cwd may not be used by the user that it is to run as',
  EAGAIN: 'its user may not have more processes (ulimit -u), or the system cannot have more',
  EMFILE: 'this process has as many files open as it may (ulimit -n)',
  ENFILE: 'the system has as many files open as it can',
  ENOENT: 'it, its interpreter or its cwd did not exist',
  ENOEXEC: 'it is neither a program for this machine nor a script that begins with #!',
  ENOMEM: 'the system has no memory for it',
  EPERM: 'this process lacks the right to change to the user or group that it is to run as',
  ETXTBSY: 'its file is open for writing',
};

/**
 * Why a program could not be started.
 *
 * @param told the system's error, if it is known. Node reports the most frequent errors in an event, too late for the constructor
 * that must throw them. Then the cause is looked for, and the system asked.
 */
export function launchFailure(name: string, launch: Launch, told?: Error, syscall: Syscall = 'spawn'): Error {
  const code = (told as NodeJS.ErrnoException | undefined)?.code;
  const obstacle = findObstacle(name, launch);
  if (obstacle !== undefined && (code === undefined || code === obstacle.code)) {
    return failure(name, obstacle, syscall, told);
  }
  const known = code ?? answerOfSystem(launch);
  return failure(name, { code: known, why: WHY[known] ?? told?.message ?? known, path: name }, syscall, told);
}

export function failure(name: string, { code, why, path }: Obstacle, syscall: Syscall, cause?: Error): Error {
  const errno = errnoOf(code);
  const verb = syscall === 'spawn' ? 'start' : 'become';
  const error = new Error(`${code}: cannot ${verb} ${name}: ${why}`, cause === undefined ? undefined : { cause });
  return Object.assign(error, { code, ...(errno === undefined ? {} : { errno }), syscall, path });
}

/** The number of an error of the system, negative as in all errors of Node, which has numbers of its own on Windows. */
function errnoOf(code: string): number | undefined {
  const [known] = [...getSystemErrorMap()].find(([, [name]]) => name === code) ?? [];
  const errno = constants.errno[code as keyof typeof constants.errno] as number | undefined;
  return known ?? (errno === undefined ? undefined : -errno);
}

/**
 * Starts something that can never run, a directory, in the same place and as the same user. The system answers EACCES only if
 * there is no other obstacle: no descriptors, no room for a process, no right to become that user.
 */
function answerOfSystem(launch: Launch): string {
  if (process.platform === 'win32') return 'EACCES'; // of those that Node reports later, the one that needs another user
  const { user, group } = launch;
  const { error } = spawnSync('/', {
    cwd: directoryOf(launch),
    stdio: 'ignore',
    ...(user === undefined ? {} : { uid: user }),
    ...(group === undefined ? {} : { gid: group }),
  });
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? 'EACCES';
  if (code !== 'EACCES') return code;
  // Either only that user cannot reach the file, or the obstacle has just gone.
  return user === undefined && group === undefined ? 'ENOENT' : 'EACCES';
}
