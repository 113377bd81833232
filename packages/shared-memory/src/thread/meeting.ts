import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { throwIfErrno } from '../base/errno.js';
import { withDirectory } from '../files/directory.js';
import { noRoom } from '../files/segment-file.js';
import { descriptorOfName } from '../platform/index.js';
import { native } from '../platform/platform.js';
import { PAGE_BYTES } from './registry-layout.js';

const NO_SPACE = -constants.errno.ENOSPC;

// Where the kernel does not know who sleeps and who is dead, the threads of a registry meet in a second file: see
// docs/design/native-posix.md. No JavaScript opens it: closing any descriptor of it would tell all others that this process
// is dead. Its name has the inode of the registry, so that one cannot be used with another. If it has lost its name, as the
// registry may (see lost-files.ts), it is opened through a process that has it.

/** The file in which the threads of the registry with that inode meet, and how the names of its FIFOs begin. */
export function lotName(inode: number): string {
  return `lot-${inode.toString(16)}`;
}

/** Such a file of whatever registry. */
export const LOT_NAME = /^lot-[0-9a-f]+$/;
/** A FIFO of one. */
export const LOT_FIFO = /^lot-[0-9a-f]+-[ls][0-9a-f]+(-[0-9a-f]+)?$/;

/**
 * Lets the calling thread meet those of its registry, before it asks for the first time who lives.
 *
 * @param pids the processes that may have the file already
 */
export function meet(directory: string, inode: number, pids: () => Iterable<number>): void {
  const path = join(directory, lotName(inode));
  withDirectory(`open ${path}`, () => {
    const through = existsSync(path) ? path : (throughOther(inode, pids()) ?? path);
    const status = native().meet(through, path);
    if (status === NO_SPACE) throw noRoom(status, path, PAGE_BYTES);
    throwIfErrno(status, 'open', path);
  });
}

function throughOther(inode: number, pids: Iterable<number>): string | undefined {
  for (const pid of pids) {
    const found = pid === process.pid ? undefined : descriptorOfName(pid, lotName(inode));
    if (found !== undefined) return found;
  }
  return undefined;
}
