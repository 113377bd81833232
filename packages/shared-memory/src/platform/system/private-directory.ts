import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { hasErrorCode } from '../../base/errno.js';
import type { PrivateDirectories } from './system.js';

// The sticky bit has no effect on a directory that only its owner can write to. Here it marks a directory that this toolkit
// has made, which the last process that uses it removes, even if its maker was killed. A directory of the user's stays.
const MODE = 0o1700;
const OWNER_RIGHTS = 0o700;
const WRITABLE_BY_OTHERS = 0o022;

/** Directories that only their owner can write to, by their mode. */
export const directoriesByMode: PrivateDirectories = {
  makeDirectory(directory) {
    mkdirSync(directory, { mode: MODE });
    try {
      chmodSync(directory, MODE); // whatever the umask
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT')) throw error;
    }
  },
  whyNotPrivate(directory) {
    const found = lstatSync(directory, { throwIfNoEntry: false });
    if (found === undefined) return 'missing';
    const mine = found.uid === process.geteuid?.();
    if (!found.isDirectory() || !mine || (found.mode & WRITABLE_BY_OTHERS) !== 0) {
      return `found mode ${(found.mode & 0o7777).toString(8)} of user ${found.uid}`;
    }
    if ((found.mode & OWNER_RIGHTS) !== OWNER_RIGHTS) chmodSync(directory, (found.mode & 0o7777) | OWNER_RIGHTS);
    return undefined;
  },
};
