import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { directoryOf, findObstacle } from './obstacle.js';
import type { LaunchPlace, Obstacle } from './obstacle.js';

/** A start, with the user to run as: only the system can judge that. */
export interface Launch extends LaunchPlace {
  readonly user?: number | undefined;
  readonly group?: number | undefined;
}

/** What a program was to be started by. */
type Syscall = 'spawn' | 'execve';

const WHY: Readonly<Record<string, string>> = {
  EBADF: 'a descriptor that it is to get is not open',
  E2BIG:
    'its arguments and environment are longer than the system allows: hand over what is long as input, or in a file',
  EACCES: 'it, its interpreter or its cwd may not be used by the user that it is to run as',
  EAGAIN: 'its user may not have more processes (ulimit -u), or the system cannot',
  EMFILE: 'this process has as many files open as it may (ulimit -n)',
  ENFILE: 'the system has as many files open as it can',
  ENOENT: 'it, its interpreter or its cwd was not there',
  ENOEXEC: 'it is neither a program for this machine nor a script that begins with #!',
  ENOMEM: 'the system has no memory for it',
  EPERM: 'this process lacks the right to change to the user or group that it is to run as',
  ETXTBSY: 'its file is open for writing',
};

/**
 * Why a program could not be started.
 *
 * @param told the system's error, where there is one. Of the most frequent ones Node tells in an event, too late for the
 * constructor that must throw it: then the cause is looked for, and the system asked.
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
  const errno = constants.errno[code as keyof typeof constants.errno] as number | undefined;
  const verb = syscall === 'spawn' ? 'start' : 'become';
  const error = new Error(`${code}: cannot ${verb} ${name}: ${why}`, cause === undefined ? undefined : { cause });
  return Object.assign(error, { code, ...(errno === undefined ? {} : { errno: -errno }), syscall, path });
}

/**
 * What the system says to a start in the same place as the same user of what can never run: a directory. It comes to that, and says
 * EACCES, only if nothing was in the way before: no descriptors, no room for a process, no right to be that user.
 */
function answerOfSystem(launch: Launch): string {
  const { user, group } = launch;
  const { error } = spawnSync('/', {
    cwd: directoryOf(launch),
    stdio: 'ignore',
    ...(user === undefined ? {} : { uid: user }),
    ...(group === undefined ? {} : { gid: group }),
  });
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? 'EACCES';
  if (code !== 'EACCES') return code;
  // What was in the way is there to see but for this user's eyes, or has just been repaired.
  return user === undefined && group === undefined ? 'ENOENT' : 'EACCES';
}
