import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { MultiprocessError } from '../base/errors.js';
import { fileNames, segmentDirectory, withDirectory } from '../files/directory.js';
import { isCellSize } from '../cells/cell-sizes.js';
import { lockHolders } from '../platform/index.js';
import { Registry } from '../thread/registry.js';
import { headerOf, nameOfFile, SEGMENT_FILE_PREFIX } from '../files/segment-file.js';
import { HEADER_BYTES } from '../files/segment-header.js';
import type { SegmentHeader } from '../files/segment-header.js';
import type { Peek } from '../handles/attach.js';
import { scanSlab } from '../slab/slab-scan.js';

/** An object of this user, as the file system and the kernel show it: a segment, or a cell of a slab. */
export interface SegmentInfo {
  /** The name it was given, or a generated one. */
  readonly name: string;
  /** `<package>.<Class>` of the object in it. */
  readonly kind: string;
  /** Its size in bytes; pages that were never used take no memory. */
  readonly bytes: number;
  /** The memory that it takes now, in bytes. */
  readonly bytesInUse: number;
  /** Processes that have it, as far as `/proc` shows them; for a cell, those in the registry. */
  readonly pids: readonly number[];
  /** Whether no living process has it: the next sweep removes it. */
  readonly orphan: boolean;
}

const BLOCK_BYTES = 512;
const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/**
 * Lists the segments of this user's programs. Never waits. Skips files that are not segments or cannot be read.
 *
 * @example
 * ```ts source="../shared-memory.examples.ts#segments"
 * for (const { kind, name, bytesInUse, pids } of listSegments()) console.log(kind, name, bytesInUse, pids);
 * console.log(removeOrphans()); // names of what no living process had
 * ```
 * @throws {@link SystemError} if the directory cannot be read, or no descriptor is left.
 */
export function listSegments(): SegmentInfo[] {
  return scanSegments(({ info }) => info);
}

/** An object as it was found, with a way to read its words. */
export interface ScannedObject {
  readonly info: SegmentInfo;
  readonly header: SegmentHeader;
  /** Which cell of the segment it is; -1 if it is all of it. */
  readonly cell: number;
  /** Reads its words. Valid until `read` returns. */
  readonly peek: Peek;
}

/** Calls `read` for each object, and returns the results. Maps no segment. */
export function scanSegments<T>(read: (object: ScannedObject) => T): T[] {
  const directory = segmentDirectory();
  const holders = withDirectory('see which processes have segments', lockHolders);
  let registry: Registry | undefined; // read when the first slab is found
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
      const { kind, byteLength: bytes, cellBytes } = header;
      if (!isCellSize(cellBytes)) {
        const info = { name, kind, bytes, bytesInUse: blocks * BLOCK_BYTES, pids, orphan: pids.length === 0 };
        found.push(read({ info, header, cell: -1, peek: peekInto(fd) }));
        return;
      }
      registry ??= Registry.copy();
      const known = registry?.id === header.registry ? registry : undefined;
      for (const { cell, reference, pids: users, peek } of scanSlab(fd, header, name, pids, known)) {
        const orphan = users.length === 0;
        const info = { name: reference, kind, bytes: cellBytes, bytesInUse: cellBytes, pids: users, orphan };
        found.push(read({ info, header, cell, peek }));
      }
    });
  }
  return found;
}

function peekInto(fd: number): Peek {
  return (index, count) => {
    const words = new Int32Array(count);
    readSync(fd, words, 0, words.byteLength, HEADER_BYTES + index * 4);
    return words;
  };
}

/** Why a file is skipped: it is gone, a symbolic link, a socket, a device, or not readable by this user. */
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
