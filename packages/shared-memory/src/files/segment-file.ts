import {
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  readSync,
  renameSync,
  statfsSync,
  unlinkSync,
} from 'node:fs';
import { constants as system } from 'node:os';
import { dirname, join } from 'node:path';
import { blockThread } from '../runtime/block-thread.js';
import { closeDescriptor, openDescriptor } from '../platform/descriptor.js';
import { ensureDirectory, withDirectory } from './directory.js';
import { hasErrorCode, systemErrorOf, throwIfErrno } from '../base/errno.js';
import { CorruptSegmentError, HandleError, OutOfMemoryError } from '../base/errors.js';
import { explainRefusal } from '../platform/system-errors.js';
import { removesMapped } from '../platform/index.js';
import { native } from '../platform/platform.js';
import { HEADER_BYTES, isSegment, readHeader } from './segment-header.js';
import type { SegmentHeader } from './segment-header.js';
import { goneName, makingName } from './unfinished-name.js';

/** The names of objects' files start with it, so that users can give an object any name. */
export const SEGMENT_FILE_PREFIX = 's-';

/** The name of the object in that file. For a file that this package did not make, the undecoded name. */
export function nameOfFile(file: string): string {
  const reference = file.slice(SEGMENT_FILE_PREFIX.length);
  try {
    return decodeURIComponent(reference);
  } catch {
    return reference;
  }
}

// Life of a segment's file.
//   making   It has a temporary name, and its maker holds a shared lock: no other process knows it.
//   named    It is complete. Every process that maps it holds flock(LOCK_SH), which the kernel keeps as long as the mapping
//            lives, and drops however the process ends. No descriptor stays open for it, but on macOS, where a lock needs one.
//   orphan   No process holds the lock. A process that can take it exclusively removes the file.
//   removed  Mappings of it stay valid, and its name is free. `unlink()` renames it to `gone-…` first: a file that the kernel
//            shows as deleted under its own name was removed by another program, such as a cleaner (see lost-files.ts).
//            On Windows, which does not remove mapped files, it keeps that name until its last user or a sweeper removes it.
// Between opening and locking, the file may have been removed and its name given to another one. So a process that has
// the lock compares the locked file with that of the name, and starts over if they differ.
const LOCK_SHARED = 1;
const LOCK_EXCLUSIVE = 2;
const LOCK_NONE = 8;
const { errno } = system;
const CANNOT_RENAME = new Set([-errno.EINVAL, -errno.ENOSYS, -errno.ENOTSUP]);
const NO_SPACE = -errno.ENOSPC;
const NO_MEMORY = -errno.ENOMEM;
const OWNER_ONLY = 0o600;
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants;

/** Sweepers hold the exclusive lock for microseconds, unless they are stopped. After this many tries, opening fails. */
const MAX_LOCK_TRIES = 2000;
const TRY_PAUSE_MS = 1;

/** A mapped file: the number that native calls take, its path, and the inode that tells it from a later file there. */
export interface MappedFile {
  readonly segment: number;
  readonly path: string;
  readonly inode: number;
}

/** A mapped file that existed before, with its header. */
export type OpenedFile = MappedFile & { readonly header: SegmentHeader };

/** How to make a file. */
interface NewFile {
  /** Length of the file and of the mapping. Bytes that are not reserved cost nothing. */
  readonly byteLength: number;
  /** Bytes from the start that are reserved at once, so that touching them can never fail. */
  readonly reserved: number;
  /** Whether a descriptor stays open for it, by which other processes can open it if it loses its name. */
  readonly reachable: boolean;
  /** Writes the contents. No other process can see the file until it returns. */
  readonly initialise: (file: MappedFile) => void;
}

/**
 * Makes a file, and gives it its name when it is complete.
 *
 * @returns undefined if there is a file of that name already
 * @throws {@link OutOfMemoryError} if the file system has no room for what is to be reserved, or the process for a mapping.
 * @throws {@link SystemError} if the system refuses it for another reason.
 */
export function createFile(directory: string, fileName: string, file: NewFile): MappedFile | undefined {
  const path = join(directory, fileName);
  return withDirectory(`make ${path}`, () => create(directory, path, file));
}

function create(directory: string, path: string, file: NewFile): MappedFile | undefined {
  for (;;) {
    const temporary = join(directory, makingName());
    let fd: number;
    try {
      fd = openDescriptor(temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, OWNER_ONLY);
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) {
        ensureDirectory(directory);
        continue;
      }
      if (hasErrorCode(error, 'ENOSPC')) throw outOfMemory(directory, file.reserved, error);
      throw error;
    }
    let made: MappedFile | undefined;
    try {
      made = fill(fd, path, file);
      giveName(temporary, path);
      return made;
    } catch (error) {
      if (made !== undefined) native().unmap(made.segment);
      if (hasErrorCode(error, 'EEXIST')) return undefined;
      // A sweeper came between opening and locking: it has removed the file, or is about to.
      if (!hasErrorCode(error, 'ENOENT') && !hasErrorCode(error, 'EAGAIN')) throw error;
    } finally {
      removeIfPresent(temporary);
      closeDescriptor(fd);
    }
  }
}

/** In one step, and only if the name is free. By renaming, so that the kernel shows the file under this name: see lost-files.ts. */
function giveName(temporary: string, path: string): void {
  const status = native().rename(temporary, path);
  if (CANNOT_RENAME.has(status)) linkSync(temporary, path);
  else throwIfErrno(status, 'rename', path);
}

function fill(fd: number, path: string, file: NewFile): MappedFile {
  throwIfErrno(native().lock(fd, LOCK_SHARED), 'flock', path);
  const { ino, mode } = fstatSync(fd);
  if ((mode & OWNER_ONLY) !== OWNER_ONLY) fchmodSync(fd, OWNER_ONLY); // whatever the umask
  // Reserving fills page after page: what cannot succeed must fail before it exhausts the machine.
  const { bavail, blocks, bsize } = statfsSync(dirname(path));
  const limited = blocks > 0;
  if (limited && file.reserved > bavail * bsize)
    throw outOfMemory(path, file.reserved, systemErrorOf(NO_SPACE, 'fallocate', path));
  ftruncateSync(fd, file.byteLength);
  const segment = map(fd, file.byteLength, path, file);
  const reserved = native().reserve(segment, 0, file.reserved);
  if (reserved < 0) {
    native().unmap(segment);
    throw noRoom(reserved, path, file.reserved);
  }
  const made = { segment, path, inode: ino };
  file.initialise(made);
  return made;
}

/** Closed and dropped mappings keep their addresses until they are garbage-collected, so that is tried before it fails. */
function map(fd: number, byteLength: number, path: string, how: Pick<NewFile, 'reachable'>): number {
  let segment = native().map(fd, byteLength, path, false);
  if (segment === NO_MEMORY && native().collectGarbage() === 0) segment = native().map(fd, byteLength, path, false);
  throwIfErrno(segment, 'mmap', path);
  if (how.reachable) native().keepReachable(segment, fd);
  return segment;
}

/**
 * Maps the file of that name, if it is a segment that a living process has.
 *
 * @returns undefined if there is none; an orphan is removed and counts as none
 * @throws {@link CorruptSegmentError} if it is not a segment.
 * @throws {@link HandleError} if another version of this toolkit made it.
 * @throws {@link OutOfMemoryError} if the process has no room for a mapping.
 * @throws {@link SystemError} if the system refuses it for another reason.
 */
export function openFile(directory: string, fileName: string, how: Pick<NewFile, 'reachable'>): OpenedFile | undefined {
  const path = join(directory, fileName);
  return withDirectory(`open ${path}`, () => open(path, how));
}

/**
 * Maps a file that has lost its name, through the descriptor of a living process.
 *
 * @param through path of the descriptor in `/proc`
 * @param path where it once was
 * @returns undefined if that process has ended meanwhile
 */
export function openLostFile(through: string, path: string, how: Pick<NewFile, 'reachable'>): OpenedFile | undefined {
  return withDirectory(`open ${path}, which has lost its name`, () => {
    let fd: number;
    try {
      fd = openDescriptor(through, O_RDWR | O_NONBLOCK);
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return undefined;
      throw error;
    }
    try {
      throwIfErrno(native().lock(fd, LOCK_SHARED), 'flock', path);
      const header = headerOf(fd, path);
      return { segment: map(fd, header.byteLength, path, how), path, inode: fstatSync(fd).ino, header };
    } finally {
      closeDescriptor(fd);
    }
  });
}

function open(path: string, how: Pick<NewFile, 'reachable'>): OpenedFile | undefined {
  for (let tries = 0; ; tries++) {
    let fd: number;
    try {
      fd = openDescriptor(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK);
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return undefined;
      if (hasErrorCode(error, 'ELOOP') || hasErrorCode(error, 'EISDIR') || hasErrorCode(error, 'ENXIO')) {
        throw new CorruptSegmentError(`${path} is not a segment: it is not a regular file`, { cause: error });
      }
      throw error;
    }
    try {
      const found = fstatSync(fd);
      if (!found.isFile()) throw new CorruptSegmentError(`${path} is not a segment: it is not a regular file`);
      if (native().lock(fd, LOCK_EXCLUSIVE) === 0) {
        if (!isSegment(startOf(fd))) headerOf(fd, path); // throws: never remove a file of the user's
        if (sameFile(fd, path)) unlinkSync(path);
        native().lock(fd, LOCK_NONE);
        continue;
      }
      if (native().lock(fd, LOCK_SHARED) === 0 && sameFile(fd, path)) {
        const header = headerOf(fd, path);
        return { segment: map(fd, header.byteLength, path, how), path, inode: found.ino, header };
      }
    } finally {
      closeDescriptor(fd);
    }
    if (tries === MAX_LOCK_TRIES) throw new HandleError(`${path} stays locked: is a process of this toolkit stopped?`);
    blockThread(TRY_PAUSE_MS);
  }
}

/** Reads the header of an open file. */
export function headerOf(fd: number, path: string): SegmentHeader {
  return readHeader(startOf(fd), fstatSync(fd).size, path);
}

function startOf(fd: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  return bytes.subarray(0, readSync(fd, bytes, 0, HEADER_BYTES, 0));
}

function sameFile(fd: number, path: string): boolean {
  const named = lstatSync(path, { throwIfNoEntry: false });
  const opened = fstatSync(fd);
  return named?.ino === opened.ino && named.dev === opened.dev;
}

/**
 * Removes a mapped file's name; processes that have it mapped keep it.
 *
 * @throws {@link HandleError} if it has lost its name already.
 */
export function unlinkFile(file: MappedFile): void {
  withDirectory(`unlink ${file.path}`, () => {
    const named = lstatSync(file.path, { throwIfNoEntry: false });
    if (named?.ino !== file.inode) throw new HandleError(`${file.path} was unlinked before`);
    const gone = join(dirname(file.path), goneName(file.inode));
    renameSync(file.path, gone);
    if (removesMapped) removeIfPresent(gone);
  });
}

/** Removes a name that another process may have removed already. */
export function removeIfPresent(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
  }
}

/** The error when bytes could not be reserved. */
export function noRoom(status: number, path: string, byteLength: number): Error {
  const cause = systemErrorOf(status, 'fallocate', path);
  return status === NO_SPACE ? outOfMemory(path, byteLength, cause) : explainRefusal(`get memory at ${path}`, cause);
}

function outOfMemory(path: string, byteLength: number, cause: unknown): OutOfMemoryError {
  return new OutOfMemoryError(
    `No room for ${byteLength} bytes at ${path}. In a container, raise its shared memory (docker run --shm-size) or set MULTIPROCESS_DIR`,
    { cause },
  );
}
