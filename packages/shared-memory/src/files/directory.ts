import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import { hasErrorCode } from '../base/errno.js';
import { HandleError, SystemError } from '../base/errors.js';
import { makeDirectory, sharedDirectories, whyNotPrivate } from '../platform/index.js';
import { explainRefusal } from '../platform/system-errors.js';

/** The environment variable that chooses another directory. */
export const DIRECTORY_VARIABLE = 'MULTIPROCESS_DIR';

const { W_OK, X_OK } = constants;

/** Where the programs meet, and the user of this process at its first use. */
interface ChosenDirectory {
  readonly directory: string;
  readonly user: number;
}

// Chosen at the first use and then kept: a relative path means another directory after `process.chdir()`, and a program with
// objects in one directory cannot hand them over in another. Worker threads inherit it.
const KEY = '@multiprocess/directory';
let chosen: ChosenDirectory | undefined;

/**
 * The absolute path of the directory where programs of one user meet: `MULTIPROCESS_DIR` if it is set at the first use, else
 * a directory of this user, in memory if possible.
 */
export function segmentDirectory(): string {
  return chosenDirectory().directory;
}

function chosenDirectory(): ChosenDirectory {
  if (chosen !== undefined) return chosen;
  const inherited = getEnvironmentData(KEY) as ChosenDirectory | undefined;
  return (chosen = inherited ?? choose());
}

function choose(): ChosenDirectory {
  const given = process.env[DIRECTORY_VARIABLE];
  const directory = given === undefined || given === '' ? defaultDirectory() : resolve(given);
  // Child programs may have another working directory.
  if (given !== undefined && given !== '' && given !== directory) process.env[DIRECTORY_VARIABLE] = directory;
  const made = { directory, user: userId() };
  setEnvironmentData(KEY, made);
  return made;
}

/** The directory without `MULTIPROCESS_DIR`. It depends on the user and the machine only. */
export function defaultDirectory(): string {
  const name = `multiprocess-${userId()}`;
  const parents = sharedDirectories();
  const usable = parents.find((parent) => isWritable(parent) || isWritable(join(parent, name)));
  return join(usable ?? parents.at(-1) ?? '/tmp', name);
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, W_OK | X_OK);
    return statSync(directory).isDirectory();
  } catch {
    return false;
  }
}

/** 0 on platforms without user ids. */
function userId(): number {
  return process.geteuid?.() ?? 0;
}

/**
 * Creates the directory if it does not exist, with all rights for its owner, whatever the umask.
 *
 * @throws {@link HandleError} if another user owns it, or could write to it: that user could replace files in it.
 * @throws {@link SystemError} if it can neither be created nor used.
 */
export function ensureDirectory(directory: string): void {
  withDirectory(`make the directory ${directory}`, () => {
    while (!tryMake(directory) && !ensureUsable(directory)); // it was removed in between: again
  });
}

/** Returns false if it exists. */
function tryMake(directory: string): boolean {
  try {
    makeDirectory(directory);
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Returns false if it no longer exists. */
function ensureUsable(directory: string): boolean {
  const fault = whyNotPrivate(directory);
  if (fault === undefined) return true;
  if (fault === 'missing') return false;
  throw new HandleError(
    `${directory} must be a directory that only this user can write to, ${fault}. Remove it, or set MULTIPROCESS_DIR`,
  );
}

/** The names of the files in the directory; none if it does not exist. */
export function fileNames(directory: string): string[] {
  return withDirectory(`list the directory ${directory}`, () => {
    try {
      return readdirSync(directory);
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return [];
      throw error;
    }
  });
}

/**
 * Runs `work`, and explains a system error that it throws.
 *
 * @throws {@link OutOfMemoryError} or {@link SystemError} if the system refuses.
 */
export function withDirectory<T>(doing: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw directoryError(doing, error);
  }
}

function directoryError(doing: string, error: unknown): Error {
  const { directory, user } = chosenDirectory();
  const refused = hasErrorCode(error, 'EACCES') || hasErrorCode(error, 'EPERM');
  if (!refused || user === userId()) return explainRefusal(doing, error);
  const code = hasErrorCode(error, 'EACCES') ? 'EACCES' : 'EPERM';
  return new SystemError(
    `Cannot ${doing}: this process runs as user ${userId()} now, and used ${directory} as user ${user} before (${code}). Change the user before you use this toolkit`,
    code,
    { cause: error },
  );
}
