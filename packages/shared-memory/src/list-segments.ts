import { closeSync, constants, fstatSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isSystemError } from './errno.js';
import { MultiprocessError } from './errors.js';
import { segmentDirectory } from './directory.js';
import { SEGMENT_FILE_PREFIX, headerOf } from './segment-file.js';

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

/** The segments of this user's programs in the directory where they meet. Waits for nobody. */
export function listSegments(): SegmentInfo[] {
  const directory = segmentDirectory();
  const holders = lockHolders();
  const segments: SegmentInfo[] = [];
  for (const file of fileNames(directory)) {
    const info = look(join(directory, file), file, holders);
    if (info !== undefined) segments.push(info);
  }
  return segments;
}

function look(path: string, file: string, holders: Map<number, number[]>): SegmentInfo | undefined {
  let fd: number;
  try {
    fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch {
    return undefined; // gone meanwhile, or no file
  }
  try {
    const { blocks, ino } = fstatSync(fd);
    const header = headerOf(fd, path);
    const pids = holders.get(ino) ?? [];
    const name = decodeURIComponent(file.slice(SEGMENT_FILE_PREFIX.length));
    const bytesInUse = blocks * BLOCK_BYTES;
    return { name, kind: header.kind, bytes: header.byteLength, bytesInUse, pids, orphan: pids.length === 0 };
  } catch (error) {
    if (error instanceof MultiprocessError || isSystemError(error, 'EISDIR')) return undefined; // no segment
    throw error;
  } finally {
    closeSync(fd);
  }
}

/** Who holds a lock on which inode, from the kernel's own list. */
function lockHolders(): Map<number, number[]> {
  const holders = new Map<number, number[]>();
  for (const line of readFileSync('/proc/locks', 'utf8').split('\n')) {
    const match = /FLOCK\s+ADVISORY\s+\w+\s+(\d+)\s+\S+:(\d+)\s/.exec(line);
    if (match === null) continue;
    const [pid, inode] = [Number(match[1]), Number(match[2])];
    holders.set(inode, [...new Set(holders.get(inode)).add(pid)]);
  }
  return holders;
}

function fileNames(directory: string): string[] {
  try {
    return readdirSync(directory).filter((file) => file.startsWith(SEGMENT_FILE_PREFIX));
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return [];
    throw error;
  }
}
