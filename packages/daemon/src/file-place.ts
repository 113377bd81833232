import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { DaemonError, descriptorPath, folderAccess, isKernelFolder } from '@multiprocess/shared-memory';

// A privileged program must not let other users choose which file it opens. A user that may write to a folder can put a symbolic
// link there at any moment, even between a check and an open. So a path is walked step by step, each step relative to the open
// folder before it. A link is followed only if root or this user has made it, in a folder where others cannot replace it.
//
// Node has no openat(2); `descriptorPath` does the same.

const MAX_LINKS = 40;
const WRITABLE_FOR_OTHERS = 0o022;
/** In a folder with this bit, such as /tmp, only its owner can replace an entry. */
const STICKY = 0o1000;

/** The place of a file that exists or will be created: its open folder, and its name there. */
export class FilePlace {
  /** The path that the caller gave. */
  readonly file: string;
  readonly #folder: number;
  readonly #name: string;

  private constructor(file: string, folder: number, name: string) {
    this.file = file;
    this.#folder = folder;
    this.#name = name;
  }

  /**
   * Calls `use` with the place to which an absolute path leads now.
   *
   * @throws {@link DaemonError} if another user could redirect the path.
   * @throws {@link Error} with `code`, if there is no such folder
   */
  static at<T>(file: string, use: (place: FilePlace) => T): T {
    const [folder, name] = walkTo(file);
    try {
      return use(new FilePlace(file, folder, name));
    } finally {
      closeSync(folder);
    }
  }

  /** A path for functions of `node:fs`. It leads to the same folder while this place is in use. */
  path(suffix = ''): string {
    return descriptorPath(this.#folder, this.#name + suffix);
  }

  /** Opens the file itself: a link that was put there meanwhile is an error. Never waits for the other end of a FIFO. */
  open(flags: number, mode = 0, suffix = ''): number {
    const noFollow = isKernelFolder(this.#folder) ? 0 : constants.O_NOFOLLOW;
    return openSync(this.path(suffix), flags | noFollow | constants.O_NONBLOCK, mode);
  }

  /** The status of the file; undefined if there is none. */
  look(suffix = ''): Stats | undefined {
    return lstatSync(this.path(suffix), { throwIfNoEntry: false });
  }

  /** Whether another user has put the open file here, in place of the right one. */
  isForeign(file: Stats): boolean {
    const folder = fstatSync(this.#folder);
    if (isOurs(folder) && (folder.mode & WRITABLE_FOR_OTHERS) === 0) return false;
    return file.nlink > 1 || (!isOurs(file) && file.uid !== folder.uid);
  }
}

/** Follows a path up to its last name; also the last name, if it is a link that may be followed. */
function walkTo(file: string): [folder: number, name: string] {
  const names = namesIn(file);
  let folder = openFolder('/');
  try {
    for (let links = 0; links <= MAX_LINKS;) {
      const name = names.shift() ?? '.';
      const link = linkAt(folder, name, file);
      if (link !== undefined) {
        links += 1;
        names.unshift(...namesIn(link));
        if (link.startsWith('/')) folder = closeAndTake(folder, openFolder('/'));
      } else if (names.length === 0) return [folder, name];
      else
        folder = closeAndTake(
          folder,
          openFolder(descriptorPath(folder, name), isKernelFolder(folder) ? 'follow' : 'refuse'),
        );
    }
  } catch (error) {
    closeSync(folder);
    throw error;
  }
  closeSync(folder);
  throw new DaemonError(`${file} leads through more than ${MAX_LINKS} symbolic links`);
}

function linkAt(folder: number, name: string, file: string): string | undefined {
  const link = lstatSync(descriptorPath(folder, name), { throwIfNoEntry: false });
  if (link?.isSymbolicLink() !== true || isKernelFolder(folder)) return undefined;
  const { uid, mode } = fstatSync(folder);
  const isSafe = isOurs(link) && isOurs({ uid }) && ((mode & WRITABLE_FOR_OTHERS) === 0 || (mode & STICKY) !== 0);
  if (isSafe) return readlinkSync(descriptorPath(folder, name));
  throw new DaemonError(
    `${file} leads through the symbolic link ${name}, which user ${isOurs(link) ? uid : link.uid} may change: ` +
      'give a path without it, or a folder that no other user may write to',
  );
}

function openFolder(folder: string, links: 'follow' | 'refuse' = 'refuse'): number {
  return openSync(folder, folderAccess | constants.O_DIRECTORY | (links === 'follow' ? 0 : constants.O_NOFOLLOW));
}

function closeAndTake(old: number, taken: number): number {
  closeSync(old);
  return taken;
}

function isOurs({ uid }: Pick<Stats, 'uid'>): boolean {
  return uid === 0 || uid === process.geteuid?.();
}

const namesIn = (text: string): string[] => text.split('/').filter((name) => name !== '');
