import { CorruptSegmentError, HandleError } from '../base/errors.js';
import { fileBytes } from '../platform/index.js';

// Layout of the first 128 bytes of every segment. Written by its creator before the file has its name, and never again: a
// crash leaves either no file under that name or a complete header.
//   MAGIC        tells a segment from any other file
//   VERSION      of this layout and of those of the objects; segments of another version are refused
//   SEED         random; tells the segment's words from those of others in a thread's interest set
//   BYTES_LOW,   length of the file and of the mapping: a file that is shorter was truncated
//   BYTES_HIGH
//   REGISTRY_LOW, random number of the registry that the segment's owner ids refer to
//   REGISTRY_HIGH
//   CREATOR      process id, for people
//   KIND         32 bytes of ASCII, zero-padded: `<package>.<Class>`
//   CELL_BYTES   bytes of a cell, where the segment is a slab for many objects of that kind; else 0
const MAGIC = 0;
const VERSION = 1;
const SEED = 2;
const BYTES_LOW = 3;
const BYTES_HIGH = 4;
const REGISTRY_LOW = 5;
const REGISTRY_HIGH = 6;
const CREATOR = 7;
const KIND_BYTE = 32;
const KIND_BYTES = 32;
const CELL_BYTES = 16;

/** The first word of every segment: 'MPSG' in little-endian order. */
export const MAGIC_NUMBER = 0x4753504d;
const LAYOUT_VERSION = 2;

/** Bytes before the words of the object itself: two cache lines, so that no object shares one with the header. */
export const HEADER_BYTES = 128;

/** The contents of a segment's header. */
export interface SegmentHeader {
  readonly kind: string;
  readonly byteLength: number;
  readonly seed: number;
  /** Random number of the registry that its owner ids refer to. */
  readonly registry: bigint;
  readonly creator: number;
  /** Bytes of a cell, where it is a slab; 0 where it is one object. */
  readonly cellBytes: number;
}

/** Writes `header` into the first {@link HEADER_BYTES} of a new segment. */
export function writeHeader(bytes: Uint8Array, header: SegmentHeader): void {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, HEADER_BYTES / 4);
  words[SEED] = header.seed;
  words[BYTES_LOW] = header.byteLength;
  words[BYTES_HIGH] = Math.floor(header.byteLength / 2 ** 32);
  words[REGISTRY_LOW] = Number(BigInt.asIntN(32, header.registry));
  words[REGISTRY_HIGH] = Number(BigInt.asIntN(32, header.registry >> 32n));
  words[CREATOR] = header.creator;
  words[CELL_BYTES] = header.cellBytes;
  for (let i = 0; i < header.kind.length; i++) bytes[KIND_BYTE + i] = header.kind.charCodeAt(i);
  words[VERSION] = LAYOUT_VERSION;
  Atomics.store(words, MAGIC, MAGIC_NUMBER);
}

/** Whether a file that starts with these bytes is a segment, of any version. */
export function isSegment(start: Uint8Array): boolean {
  if (start.byteLength < 4) return false;
  return new DataView(start.buffer, start.byteOffset).getUint32(MAGIC * 4, true) === MAGIC_NUMBER;
}

/**
 * Reads the header of a file, which may be any file.
 *
 * @param fileLength the length in the file system, which must be that in the header, or what a system makes of it
 * @throws {@link CorruptSegmentError} if it is not a segment, or its length is wrong.
 * @throws {@link HandleError} if another version of this toolkit wrote it.
 */
export function readHeader(bytes: Uint8Array, fileLength: number, path: string): SegmentHeader {
  if (fileLength < HEADER_BYTES || bytes.byteLength < HEADER_BYTES) {
    throw new CorruptSegmentError(
      `${path} is not a segment: it has ${fileLength} bytes, less than the ${HEADER_BYTES} of a header. Remove it, or set MULTIPROCESS_DIR`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  const word = (index: number): number => view.getUint32(index * 4, true);
  if (word(MAGIC) !== MAGIC_NUMBER)
    throw new CorruptSegmentError(
      `${path} is not a segment: it starts with other bytes. Remove it, or set MULTIPROCESS_DIR`,
    );
  if (word(VERSION) !== LAYOUT_VERSION) {
    throw new HandleError(
      `${path} has layout ${word(VERSION)}, this version of @multiprocess/shared-memory knows ${LAYOUT_VERSION} only`,
    );
  }
  const byteLength = word(BYTES_LOW) + word(BYTES_HIGH) * 2 ** 32;
  if (fileLength !== byteLength && fileLength !== fileBytes(byteLength)) {
    throw new CorruptSegmentError(`${path} has ${fileLength} bytes, but its header says ${byteLength}`);
  }
  const kind = String.fromCharCode(...bytes.subarray(KIND_BYTE, KIND_BYTE + KIND_BYTES)).replace(/\0+$/, '');
  const registry = (BigInt(word(REGISTRY_HIGH)) << 32n) | BigInt(word(REGISTRY_LOW));
  return { kind, byteLength, seed: word(SEED) | 0, registry, creator: word(CREATOR), cellBytes: word(CELL_BYTES) };
}
