import { closeSync, constants, fchmodSync, readSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { blockThread, clock, DaemonError, hasErrorCode, lockHolders, processStat } from '@multiprocess/shared-memory';
import { LOCK_SUFFIX, LockFile } from './lock-file.js';
import type { Holder } from './lock-file.js';
import { withoutProcPath } from './open-log.js';
import { FilePlace } from './file-place.js';

// The pid file is for other programs: one line with the process id, readable for all. Nothing here relies on its text: the lock file
// beside it decides which process is the only instance. It is replaced by a rename, so that no reader finds half of it.

/**
 * The state of a pid file. It may be held without a known holder: by a process that has not written yet, or has ended and whose
 * files the kernel has not closed yet. `stalePid` is the process id in the file if no running process is known to hold it.
 */
interface PidFileState {
  readonly held: boolean;
  readonly holder: Holder | undefined;
  readonly stalePid: number | undefined;
}

const FREE: PidFileState = { held: false, holder: undefined, stalePid: undefined };
const NEW = '.new';
const MODE = 0o644;
/** How long to wait for an unknown holder. It writes microseconds after locking, and ends milliseconds after a kill, unless stopped. */
export const PATIENCE_MS = 5000;
const RETRY_MS = 2;
const MAX_BYTES = 64;

/** A pid file that this process holds, until it ends. */
export class PidFile {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Makes this process the only instance, until its end.
   *
   * @throws {@link DaemonError} with the `pid` of another instance; with the system's error as `cause`, if the file cannot be created;
   * or if another file is in its place
   */
  static acquire(path: string): PidFile {
    const deadline = clock.now() + PATIENCE_MS;
    try {
      for (;;) {
        if (FilePlace.at(path, (place) => tryAcquire(place, path))) return new PidFile(path);
        if (clock.now() > deadline) throw unknownHolder(path);
        blockThread(RETRY_MS);
      }
    } catch (cause) {
      if (cause instanceof DaemonError) throw cause;
      if (hasErrorCode(cause, 'EACCES')) throw notOurs(path, cause);
      throw new DaemonError(`Cannot make ${path}: ${withoutProcPath(cause, path)}`, undefined, { cause });
    }
  }

  /**
   * The state of a pid file. Never waits. A user that may not open its lock file learns only what the kernel shows to all users.
   *
   * @throws {@link DaemonError} if another user could redirect the path.
   */
  static inspect(path: string): PidFileState {
    try {
      return FilePlace.at(path, inspect);
    } catch (cause) {
      if (hasErrorCode(cause, 'ENOENT') || hasErrorCode(cause, 'ENOTDIR')) return FREE;
      if (cause instanceof DaemonError) throw cause;
      throw new DaemonError(`Cannot look at ${path}: ${withoutProcPath(cause, path)}`, undefined, { cause });
    }
  }

  /** Whether this user may open the lock file, and so trust it. */
  static isOurs(path: string): boolean {
    try {
      FilePlace.at(path, (place) => {
        LockFile.open(place, 'existing').close();
      });
      return true;
    } catch (error) {
      return !hasErrorCode(error, 'EACCES');
    }
  }

  /** Removes the files, if they are not held. */
  static removeStale(path: string): void {
    try {
      FilePlace.at(path, (place) => {
        const lock = LockFile.open(place, place.look() === undefined ? 'existing' : 'create');
        try {
          if (!lock.tryLock('exclusive') || !lock.isInPlace) return;
          if (pidIn(place) !== undefined) unlinkSync(place.path());
          lock.unlink();
        } finally {
          lock.close();
        }
      });
    } catch {
      // The files are gone, or this user may not remove them.
    }
  }

  /** Removes the pid file. The lock stays until this process has ended: no other instance may begin before that. */
  remove(): void {
    try {
      FilePlace.at(this.path, (place) => {
        if (pidIn(place) === process.pid) unlinkSync(place.path());
      });
    } catch {
      // If privileges were dropped, the file stays, stale, until the next instance takes it over.
    }
  }
}

/** Tries once. On success the lock file stays open, and so locked, until this process ends. */
function tryAcquire(place: FilePlace, path: string): boolean {
  const lock = LockFile.open(place, 'create');
  let isOurs = false;
  try {
    if (lock.tryLock('exclusive')) {
      if (!lock.isInPlace) return false;
      if (lock.owner !== process.geteuid?.()) throw foreignLock(path, lock.owner);
      lock.writeHolder();
      write(place, path);
      isOurs = true;
      return true;
    }
    const { holder } = lock;
    if (holder === undefined) return false;
    throw new DaemonError(`Already running: process ${holder.pid} has ${path}`, holder.pid);
  } finally {
    if (!isOurs) lock.close();
  }
}

function write(place: FilePlace, path: string): void {
  const there = place.look();
  if (there !== undefined && pidIn(place) === undefined && there.size > 0) {
    throw new DaemonError(`${path} is not a pid file: it has other text. Remove it, or give another pidFile`);
  }
  if (place.look(NEW) !== undefined) unlinkSync(place.path(NEW)); // of a daemon that was killed at this point
  const fd = place.open(constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, MODE, NEW);
  try {
    fchmodSync(fd, MODE); // whatever the umask
    writeSync(fd, `${process.pid}\n`);
  } finally {
    closeSync(fd);
  }
  renameSync(place.path(NEW), place.path());
}

function inspect(place: FilePlace): PidFileState {
  let lock: LockFile;
  try {
    lock = LockFile.open(place, 'existing');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return { ...FREE, stalePid: pidIn(place) };
    if (hasErrorCode(error, 'EACCES')) return asShownToAll(place);
    throw error;
  }
  try {
    if (lock.tryLock('shared')) return { ...FREE, stalePid: pidIn(place) };
    const { holder } = lock;
    return { held: true, holder, stalePid: holder === undefined ? pidIn(place) : undefined };
  } finally {
    lock.close();
  }
}

/** The state according to the kernel's list of locks, which has process ids. The pid file must agree with it. */
function asShownToAll(place: FilePlace): PidFileState {
  const pid = pidIn(place);
  const status = place.look(LOCK_SUFFIX);
  const held = status !== undefined && pid !== undefined && lockHolders().get(status.ino)?.includes(pid) === true;
  const startedAt = pid === undefined ? undefined : processStat(pid)?.startedAt;
  if (!held || startedAt === undefined) return { ...FREE, stalePid: pid };
  return { held: true, holder: { pid, startedAt, user: undefined }, stalePid: undefined };
}

/** The process id in the first line of a pid file; undefined if there is no file, or it has other text. */
function pidIn(place: FilePlace): number | undefined {
  let fd: number;
  try {
    fd = place.open(constants.O_RDONLY);
  } catch {
    return undefined;
  }
  try {
    const bytes = Buffer.alloc(MAX_BYTES);
    const [, pid] =
      /^\s*(\d{1,10})[ \t]*(?:\n|$)/.exec(bytes.toString('latin1', 0, readSync(fd, bytes, 0, MAX_BYTES, 0))) ?? [];
    return pid === undefined ? undefined : Number(pid);
  } catch {
    return undefined; // a directory, or a FIFO
  } finally {
    closeSync(fd);
  }
}

/** The error if the lock is held, but not by a running process that is named in it. */
export function unknownHolder(path: string): DaemonError {
  const lock = LockFile.pathOf(path);
  return new DaemonError(
    `${lock} is locked by a process that it does not name, for ${PATIENCE_MS} ms now. ` +
      'End what a former daemon has left, or remove that file',
  );
}

function foreignLock(path: string, owner: number): DaemonError {
  return new DaemonError(
    `${LockFile.pathOf(path)} belongs to user ${owner}, who could keep this daemon from starting: ` +
      'remove it, or give a pidFile in a folder that no other user may write to',
  );
}

function notOurs(path: string, cause: unknown): DaemonError {
  const { holder } = PidFile.inspect(path);
  if (holder !== undefined) {
    return new DaemonError(`Already running: process ${holder.pid} has ${path}`, holder.pid, { cause });
  }
  const message = `${path}, its lock file or their folder belongs to another user: start the daemon as that user, or give another pidFile`;
  return new DaemonError(message, undefined, { cause });
}
