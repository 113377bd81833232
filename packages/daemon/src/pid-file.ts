import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { DaemonError, blockThread, hasErrorCode, processStat, withSystemErrors } from '@multiprocess/shared-memory';
import { tryLock } from './platform.js';

// The file: the process id in the first line, as everybody expects, and `start=` with the time it began in the second.
//
// Who is the one instance is decided by the kernel: by the exclusive lock (flock) on the file, which goes with its holder, however
// that ends. What is written in it only tells who that is; it may be from an earlier holder, in the moment between locking and
// writing, or for ever after a kill. So it counts only if that process lives, and began when it says.
//
// The path may have been unlinked, by the last holder, between our open and our lock: then we hold a file that nobody can find,
// and begin again. Nobody unlinks without holding the lock.

/** Who has a pid file. */
interface Holder {
  readonly pid: number;
}

/**
 * How a pid file stands. Held by nobody who is known: by one that has not written yet, or that is about to be gone: the kernel
 * ends a process before it closes its files. `stalePid`: what is written in it, where that is not the holder.
 */
interface PidFileState {
  readonly held: boolean;
  readonly holder: Holder | undefined;
  readonly stalePid: number | undefined;
}

const NOBODY: PidFileState = { held: false, holder: undefined, stalePid: undefined };
const MODE = 0o644;
const READ_AND_WRITE = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
/** A holder writes within microseconds of locking. So long it may be stopped meanwhile. */
const PATIENCE_MS = 5000;
const PAUSE_MS = 2;
const MOST_BYTES = 256;

/** A pid file that this process holds, until it ends. */
export class PidFile {
  readonly path: string;
  readonly #fd: number;

  private constructor(path: string, fd: number) {
    this.path = path;
    this.#fd = fd;
  }

  /**
   * Becomes the one instance.
   *
   * @throws {DaemonError} with the `pid` of who is it already
   * @throws {SystemError} If the file cannot be made; `systemCode` says why.
   */
  static acquire(path: string): PidFile {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const fd = withSystemErrors(`open the pid file ${path}`, () => openSync(path, READ_AND_WRITE, MODE), 'path');
      try {
        if (tryLock(fd, 'exclusive')) {
          if (isAt(path, fd)) return new PidFile(path, fd).#write();
        } else {
          const pid = livingWriter(readFrom(fd));
          if (pid !== undefined) throw new DaemonError(`Already running: process ${pid} has ${path}`, pid);
          if (performance.now() > deadline) {
            throw new DaemonError(
              `${path} is locked by a process that has not written into it: is it another program's?`,
            );
          }
          blockThread(PAUSE_MS);
        }
      } catch (error) {
        closeSync(fd);
        throw error;
      }
      closeSync(fd);
    }
  }

  /** How a pid file stands. Never waits. */
  static inspect(path: string): PidFileState {
    return withSystemErrors(`read the pid file ${path}`, () => PidFile.#inspect(path), 'path');
  }

  static #inspect(path: string): PidFileState {
    let fd: number;
    try {
      fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return NOBODY;
      throw error;
    }
    try {
      const written = readFrom(fd);
      if (tryLock(fd, 'shared')) return { ...NOBODY, stalePid: written?.pid };
      const pid = livingWriter(written);
      if (pid === undefined) return { ...NOBODY, held: true, stalePid: written?.pid };
      return { ...NOBODY, held: true, holder: { pid } };
    } finally {
      closeSync(fd);
    }
  }

  /** Removes a file that nobody holds. Does nothing if somebody does, or there is none. */
  static removeStale(path: string): void {
    let fd: number;
    try {
      fd = openSync(path, constants.O_RDWR | constants.O_NOFOLLOW);
    } catch {
      return; // gone, or not ours to remove
    }
    try {
      if (tryLock(fd, 'exclusive') && isAt(path, fd)) unlinkSync(path);
    } finally {
      closeSync(fd);
    }
  }

  /** Removes the file. The lock stays until this process has ended: nobody is to begin before that. */
  remove(): void {
    try {
      if (isAt(this.path, this.#fd)) unlinkSync(this.path);
    } catch {
      // Privileges may have been dropped since: then it stays, stale, and the next one takes it over.
    }
  }

  #write(): this {
    const bytes = Buffer.from(`${process.pid}\nstart=${processStat(process.pid)?.startedAt ?? '0'}\n`);
    writeSync(this.#fd, bytes, 0, bytes.length, 0);
    ftruncateSync(this.#fd, bytes.length);
    return this;
  }
}

interface Written {
  readonly pid: number;
  readonly start: string;
}

function readFrom(fd: number): Written | undefined {
  const bytes = Buffer.alloc(MOST_BYTES);
  const match = /^(\d{1,10})\nstart=(\d{1,20})\n$/.exec(
    bytes.toString('latin1', 0, readSync(fd, bytes, 0, MOST_BYTES, 0)),
  );
  return match?.[1] === undefined || match[2] === undefined ? undefined : { pid: Number(match[1]), start: match[2] };
}

function livingWriter(written: Written | undefined): number | undefined {
  return written !== undefined && processStat(written.pid)?.startedAt === written.start ? written.pid : undefined;
}

function isAt(path: string, fd: number): boolean {
  const there = lstatSync(path, { throwIfNoEntry: false });
  const here = fstatSync(fd);
  return there?.ino === here.ino && there.dev === here.dev;
}
