import { closeSync, constants, fchmodSync, fstatSync, ftruncateSync, readSync, unlinkSync, writeSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { DaemonError, processStat, userOf } from '@multiprocess/shared-memory';
import type { ProcessStat } from '@multiprocess/shared-memory';
import type { FilePlace } from './file-place.js';
import { tryLock } from './platform.js';

// The file `<pid file>.lock`, which only its owner may open (0600): one line, `<process id> <start>`, the start in the kernel's ticks.
//
// The kernel decides which process is the only instance, by an exclusive lock (flock(2)) on this file. It releases the lock when the
// holder ends, however that ends. Other users cannot take the lock, since they cannot open the file; a pid file, which all may
// read, could be locked by any user. The text only names the holder. Between locking and writing it still names an earlier
// holder, so it counts only if that process runs and has the start time in the text.
//
// A program that can change the text can make programs that trust it end any process. Therefore the holder keeps the file open for
// reading only, and a daemon that has dropped root cannot open it again. A file of another user counts only for processes of that
// same user, which the user could end anyway.
//
// stop() may unlink the file between our open and our lock. Then we hold a file without a name, and begin again. The file is
// unlinked only by the holder of the lock.

export const LOCK_SUFFIX = '.lock';
const MODE = 0o600;
const MAX_BYTES = 64;

/** A process that holds a lock. */
export interface Holder extends Pick<ProcessStat, 'pid' | 'startedAt'> {
  /** The user that it must belong to; undefined if it may belong to any user. */
  readonly user: number | undefined;
}

/** The lock of a pid file, open. */
export class LockFile {
  readonly #place: FilePlace;
  readonly #fd: number;

  private constructor(place: FilePlace, fd: number) {
    this.#place = place;
    this.#fd = fd;
  }

  /**
   * Opens the lock that belongs to a pid file.
   *
   * @throws {@link DaemonError} if the file was not made by a daemon.
   * @throws {@link Error} with `code`, if the system refuses
   */
  static open(place: FilePlace, how: 'create' | 'existing'): LockFile {
    const flags = constants.O_RDONLY | (how === 'create' ? constants.O_CREAT : 0);
    const there = place.look(LOCK_SUFFIX);
    if (there !== undefined && !isLock(there)) throw noLock(place);
    const fd = place.open(flags, MODE, LOCK_SUFFIX);
    try {
      const status = fstatSync(fd);
      if (!isLock(status)) throw noLock(place);
      if (status.uid === process.geteuid?.() && (status.mode & 0o777) !== MODE) fchmodSync(fd, MODE); // the umask may have cleared bits
      return new LockFile(place, fd);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  static pathOf(pidFile: string): string {
    return pidFile + LOCK_SUFFIX;
  }

  /** Locks it until {@link close}. False if another process has it. Never waits. */
  tryLock(how: 'shared' | 'exclusive'): boolean {
    return tryLock(this.#fd, how);
  }

  /** Whether its path still leads to this file. */
  get isInPlace(): boolean {
    const there = this.#place.look(LOCK_SUFFIX);
    const here = fstatSync(this.#fd);
    return there?.ino === here.ino && there.dev === here.dev;
  }

  /** The running process that is named in the file. */
  get holder(): Holder | undefined {
    const bytes = Buffer.alloc(MAX_BYTES);
    const text = bytes.toString('latin1', 0, readSync(this.#fd, bytes, 0, MAX_BYTES, 0));
    const [, pid, startedAt] = /^(\d{1,10}) (\d{1,20})\n$/.exec(text) ?? [];
    if (pid === undefined || startedAt === undefined) return undefined;
    const { uid } = fstatSync(this.#fd);
    const holder = { pid: Number(pid), startedAt, user: uid === 0 || uid === process.geteuid?.() ? undefined : uid };
    return isRunning(holder) ? holder : undefined;
  }

  /** The owner of the file. */
  get owner(): number {
    return fstatSync(this.#fd).uid;
  }

  /** Writes this process into the file. The descriptor for that is closed again: the lock is on the one for reading. */
  writeHolder(): void {
    const fd = this.#place.open(constants.O_WRONLY, 0, LOCK_SUFFIX);
    try {
      const bytes = Buffer.from(`${process.pid} ${processStat(process.pid)?.startedAt ?? '0'}\n`);
      writeSync(fd, bytes, 0, bytes.length, 0);
      ftruncateSync(fd, bytes.length);
    } finally {
      closeSync(fd);
    }
  }

  /** Removes the file's name. Only for the holder of the lock. */
  unlink(): void {
    unlinkSync(this.#place.path(LOCK_SUFFIX));
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** Whether this process runs, and not another one that now has its number. */
export function isRunning({ pid, startedAt, user }: Holder): boolean {
  return processStat(pid)?.startedAt === startedAt && (user === undefined || userOf(pid) === user);
}

/** A file that has no other name: a second name could be that of another lock. */
function isLock(status: Stats): boolean {
  return status.isFile() && status.nlink <= 1;
}

function noLock(place: FilePlace): DaemonError {
  return new DaemonError(
    `${place.file}${LOCK_SUFFIX} was not made by a daemon: it is not a file, or has other names. ` +
      'Remove it, or give another pidFile',
  );
}
