import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { hasErrorCode } from './errno.js';
import { MultiprocessError } from './errors.js';
import { fileNames, segmentDirectory } from './directory.js';
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
 * The segments of this user's programs in the directory where they meet. Waits for nobody.
 *
 * @example
 * ```ts source="./shared-memory.examples.ts#segments"
 * for (const { kind, name, bytesInUse, pids } of listSegments()) console.log(kind, name, bytesInUse, pids);
 * console.log(removeOrphans()); // names of what nobody living had
 * ```
 */
export function listSegments(): SegmentInfo[] {
  return scanSegments((_fd, info) => info);
}

/** What `read` makes of each segment, given its file, open for reading. Maps none of them. */
export function scanSegments<T>(read: (fd: number, info: SegmentInfo, header: SegmentHeader) => T): T[] {
  const directory = segmentDirectory();
  const holders = lockHolders();
  const found: T[] = [];
  for (const file of fileNames(directory)) {
    if (!file.startsWith(SEGMENT_FILE_PREFIX)) continue;
    withFile(join(directory, file), (fd, path) => {
      const { blocks, ino } = fstatSync(fd);
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

/** Passes over what is gone meanwhile, is no file, or no segment. */
function withFile(path: string, use: (fd: number, path: string) => void): void {
  let fd: number;
  try {
    fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch {
    return;
  }
  try {
    use(fd, path);
  } catch (error) {
    if (!(error instanceof MultiprocessError || hasErrorCode(error, 'EISDIR'))) throw error;
  } finally {
    closeSync(fd);
  }
}
