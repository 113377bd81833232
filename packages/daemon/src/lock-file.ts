import { closeSync, constants, fchmodSync, fstatSync, ftruncateSync, readSync, unlinkSync, writeSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { DaemonError, processStat } from '@multiprocess/shared-memory';
import type { Place } from './place.js';
import { tryLock } from './platform.js';
import { userOf } from './user-of.js';

// The file `<pid file>.lock`, which only its owner may open (0600): one line, `<process id> <start>`, the start in the kernel's ticks.
//
// The kernel decides which process is the one instance: by the exclusive lock (flock(2)) on this file, which ends with its holder,
// however that ends. Other users cannot take it, since they cannot open the file; a pid file, which all may read, could be locked by
// any user. The text only names the holder. Between locking and writing it is an earlier holder's, so it counts only if that
// process lives and began when it says.
//
// A program that can write the text can make others that trust it end a process. The holder keeps a descriptor for reading only, and a
// daemon that has dropped root cannot open the file again. A file of another user counts only for processes of that same user, which
// that user could end without it.
//
// The file may have been unlinked, by stop(), between our open and our lock: then we hold a file without a name, and begin
// again. It is never unlinked without holding the lock.

export const LOCK_SUFFIX = '.lock';
const MODE = 0o600;
const MAX_BYTES = 64;

/** A process, named for good: its number, and when it began. */
export interface Holder {
  readonly pid: number;
  readonly startedAt: string;
  /** The only user whose process it can be; undefined where it can be any user's. */
  readonly user: number | undefined;
}

/** The lock of a pid file, open. */
export class LockFile {
  readonly #place: Place;
  readonly #fd: number;

  private constructor(place: Place, fd: number) {
    this.#place = place;
    this.#fd = fd;
  }

  /**
   * Opens the lock that belongs to a pid file.
   *
   * @throws {DaemonError} If it is something else than such a file.
   * @throws {Error} with `code`, if the system refuses
   */
  static open(place: Place, how: 'create' | 'existing'): LockFile {
    const flags = constants.O_RDONLY | (how === 'create' ? constants.O_CREAT : 0);
    const there = place.look(LOCK_SUFFIX);
    if (there !== undefined && !isLock(there)) throw noLock(place);
    const fd = place.open(flags, MODE, LOCK_SUFFIX);
    try {
      const status = fstatSync(fd);
      if (!isLock(status)) throw noLock(place);
      if (status.uid === process.geteuid?.() && (status.mode & 0o777) !== MODE) fchmodSync(fd, MODE); // the umask had its part
      return new LockFile(place, fd);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  static pathOf(pidFile: string): string {
    return pidFile + LOCK_SUFFIX;
  }

  /** Whether it was free. It is ours from then on, until {@link close}. Never waits. */
  tryLock(how: 'shared' | 'exclusive'): boolean {
    return tryLock(this.#fd, how);
  }

  /** Whether it is still where others look for it. */
  get isInPlace(): boolean {
    const there = this.#place.look(LOCK_SUFFIX);
    const here = fstatSync(this.#fd);
    return there?.ino === here.ino && there.dev === here.dev;
  }

  /** The living process that has written itself down as the holder. */
  get holder(): Holder | undefined {
    const bytes = Buffer.alloc(MAX_BYTES);
    const text = bytes.toString('latin1', 0, readSync(this.#fd, bytes, 0, MAX_BYTES, 0));
    const [, pid, startedAt] = /^(\d{1,10}) (\d{1,20})\n$/.exec(text) ?? [];
    if (pid === undefined || startedAt === undefined) return undefined;
    const { uid } = fstatSync(this.#fd);
    const holder = { pid: Number(pid), startedAt, user: uid === 0 || uid === process.geteuid?.() ? undefined : uid };
    return isRunning(holder) ? holder : undefined;
  }

  /** The user whose file it is. */
  get owner(): number {
    return fstatSync(this.#fd).uid;
  }

  /** Writes this process down as the holder. The descriptor for it is closed again: the lock is on the one for reading. */
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

  /** Only for its holder: removes the file's name. */
  unlink(): void {
    unlinkSync(this.#place.path(LOCK_SUFFIX));
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** Whether that very process runs, not another one that has its number now. */
export function isRunning({ pid, startedAt, user }: Holder): boolean {
  return processStat(pid)?.startedAt === startedAt && (user === undefined || userOf(pid) === user);
}

/** A file, and not a second name of another one's lock. */
function isLock(status: Stats): boolean {
  return status.isFile() && status.nlink <= 1;
}

function noLock(place: Place): DaemonError {
  return new DaemonError(
    `${place.file}${LOCK_SUFFIX} was not made by a daemon: it is no file, or one with other names. ` +
      'Remove it, or give another pidFile',
  );
}
