import { lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasErrorCode } from './errno.js';
import { HandleError } from './errors.js';

/** Where programs of one user meet: `MULTIPROCESS_DIR` if it is set, else a directory of this user's in memory. */
export function segmentDirectory(): string {
  const chosen = process.env['MULTIPROCESS_DIR'];
  if (chosen !== undefined && chosen !== '') return chosen;
  const user = process.getuid?.() ?? 0;
  return join(process.platform === 'linux' ? '/dev/shm' : tmpdir(), `multiprocess-${user}`);
}

/**
 * Makes the directory if it is not there.
 *
 * @throws {HandleError} If somebody else owns what is there, or could write to it: they could lead us to their files.
 */
export function ensureDirectory(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
    return;
  } catch (error) {
    if (!hasErrorCode(error, 'EEXIST')) throw error;
  }
  const found = lstatSync(directory, { throwIfNoEntry: false });
  if (found === undefined) return ensureDirectory(directory);
  const mine = process.getuid === undefined || found.uid === process.getuid();
  if (!found.isDirectory() || !mine || (found.mode & 0o022) !== 0) {
    throw new HandleError(
      `${directory} must be a directory that only this user can write to, found mode ${(found.mode & 0o7777).toString(8)} of user ${found.uid}. Remove it, or set MULTIPROCESS_DIR`,
    );
  }
}

/** What lies in the directory; nothing if it is not there. */
export function fileNames(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return [];
    throw error;
  }
}
