import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { MultiprocessError } from './errors.js';
import { fileNames, segmentDirectory, withDirectory } from './directory.js';
import { lockHolders } from './linux/lock-holders.js';
import { SEGMENT_FILE_PREFIX, headerOf, nameOfFile } from './segment-file.js';
import type { SegmentHeader } from './segment-header.js';

/** One segment of this user's, as the file system and the kernel show it. */
export interface SegmentInfo {
  /** The name it was given, or the one that stands in for it. */
  readonly name: string;
  /** `<package>.<Class>` of the object in it. */
  readonly kind: string;
  /** Bytes it may take; what has not been touched takes none. */
  readonly bytes: number;
  /** Bytes it takes now. */
  readonly bytesInUse: number;
  /** Processes that have it, as far as this one's `/proc` shows them. */
  readonly pids: readonly number[];
  /** Whether nobody has it: the next sweep removes it. */
  readonly orphan: boolean;
}

const BLOCK_BYTES = 512;
const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/**
 * The segments of this user's programs in the directory where they meet. Never waits. Passes over what is no segment, or
 * cannot be read.
 *
 * @example
 * ```ts source="./shared-memory.examples.ts#segments"
 * for (const { kind, name, bytesInUse, pids } of listSegments()) console.log(kind, name, bytesInUse, pids);
 * console.log(removeOrphans()); // names of what nobody living had
 * ```
 * @throws {SystemError} If the directory cannot be read, or no descriptor is left.
 */
export function listSegments(): SegmentInfo[] {
  return scanSegments((_fd, info) => info);
}

/** What `read` makes of each segment, given its file, open for reading. Maps none of them. */
export function scanSegments<T>(read: (fd: number, info: SegmentInfo, header: SegmentHeader) => T): T[] {
  const directory = segmentDirectory();
  const holders = withDirectory('see who has which segment', lockHolders);
  const found: T[] = [];
  for (const file of fileNames(directory)) {
    if (!file.startsWith(SEGMENT_FILE_PREFIX)) continue;
    withFile(join(directory, file), (fd, path) => {
      const status = fstatSync(fd);
      if (!status.isFile()) return;
      const { blocks, ino } = status;
      const header = headerOf(fd, path);
      const pids = holders.get(ino) ?? [];
      const name = nameOfFile(file);
      const bytesInUse = blocks * BLOCK_BYTES;
      const { kind, byteLength: bytes } = header;
      found.push(read(fd, { name, kind, bytes, bytesInUse, pids, orphan: pids.length === 0 }, header));
    });
  }
  return found;
}

/** Why a file is passed over: it is gone meanwhile, a symbolic link, a socket, a device, not this user's to read. */
const PASSED_OVER = new Set(['ENOENT', 'ELOOP', 'ENXIO', 'ENODEV', 'EACCES', 'EPERM', 'EIO', 'ESTALE', 'EMLINK']);

function withFile(path: string, use: (fd: number, path: string) => void): void {
  withDirectory(`read ${path}`, () => {
    let fd: number | undefined;
    try {
      fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      use(fd, path);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (!(error instanceof MultiprocessError || PASSED_OVER.has(code))) throw error;
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  });
}
