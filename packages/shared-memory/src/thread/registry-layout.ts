import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { CorruptSegmentError } from '../base/errors.js';
import { HEADER_BYTES, readHeader } from '../files/segment-header.js';
import type { SegmentHeader } from '../files/segment-header.js';

// The registry: one segment per directory, with a slot for every thread that uses the toolkit.
//
// Header page: HIGH, one more than the highest slot in use. Written under the claim lock only (see slot-claim.ts): raised by
// a claim, lowered to the highest slot whose thread lives. A reader that sees it too low has not seen a later claim; that
// thread looks at its words after its claim, so it misses nothing (see event-count.ts and doorbell.ts).
//
// A slot, 64 words, written by its own thread only, except BELL, and except while it is being claimed:
//   words 0 to 15  not used
//   LIFE_WORD   which word of its life cell is the slot's life word, plus one; 0 until the first claim
//   GENERATION  1 .. 2^19 - 1, one more at every claim
//   PID, THREAD process id and worker number, for people
//   BLOCKED     3 words: what the thread is blocked on, for people; see wait-records.ts
//   INTEREST    512 bits: hashes of the words that the thread's event loop waits for; read by threads that wake
//   BELL        see doorbell.ts
//   AWAITED     15 words: what its event loop waits for, for people; see wait-records.ts
//
// Behind the slots is a life cell of two words for each of them. One of the two, which depends on the C library, holds the
// kernel's number of the thread from the claim to its end; then the kernel sets bit 30 in it, however the thread ends. Where
// the kernel does not, the other word says how to ask whether the thread's process lives, and who finds that it does not
// sets the bit. Two cells are at the end of a page (8 and 24 bytes before it), and in each process that has a thread there
// the next page may be its own memory, with the list by which the kernel finds the words: see life.rs. In the file it is a
// hole.
//
// An owner id is GENERATION << 12 | slot number + 1. It fits 31 bits, is never 0, and names the same thread until a
// slot has been claimed half a million times more.
export const SLOT_WORDS = 64;
export const LIFE_WORD = 16;
export const GENERATION = 17;
export const PID = 18;
export const THREAD = 19;
export const BLOCKED = 20;
export const INTEREST = 32;
export const BELL = 48;
export const AWAITED = 49;

export const MAX_SLOTS = 4095;
export const MAX_GENERATION = 2 ** 19 - 1;
export const SLOT_BITS = 12;
const SLOT_MASK = 0xfff;
export const OWNER_DIED = 0x40000000;

/** Bytes of the header page. Life cells lie in pages of the machine's size. */
export const PAGE_BYTES = 4096;
const MAX_PAGE_BYTES = 65_536;
export const HIGH = HEADER_BYTES / 4;
const FIRST_SLOT = PAGE_BYTES / 4;
const CELLS_START = Math.ceil((PAGE_BYTES + MAX_SLOTS * SLOT_WORDS * 4) / MAX_PAGE_BYTES) * MAX_PAGE_BYTES;
const CELLS_A_PAGE = 2;
const CELL_BYTES = 8;
const CELL_STEP = 16;
/** The kind in its header: two that wait and learn of deaths in two ways must not share one. */
const KINDS = { futex: 'shared-memory.Registry', posix: 'shared-memory.PosixRegistry' };

const CELL_PAGES = Math.ceil(MAX_SLOTS / CELLS_A_PAGE);
const PAGE_SIZES = [4096, 16_384, MAX_PAGE_BYTES];

/** The kind of a registry, by whether the kernel marks its life words. */
export function registryKind(marksLives: boolean): string {
  return marksLives ? KINDS.futex : KINDS.posix;
}

/** Whether it is a registry's kind, of whatever processes. */
export function isRegistryKind(kind: string): boolean {
  return kind === KINDS.futex || kind === KINDS.posix;
}

/** How many different hashes an interest set tells apart. */
export const INTEREST_BITS = 512;

/** The first word of a slot. */
export function slotBase(slot: number): number {
  return FIRST_SLOT + slot * SLOT_WORDS;
}

/** The slot number in an owner id; −1 for a number that is not an owner id. */
export function slotOf(owner: number): number {
  return owner <= 0 ? -1 : (owner & SLOT_MASK) - 1;
}

/** Where the life cell of a slot is, on a machine with pages of that size. */
export function lifeCellByte(slot: number, pageBytes: number): number {
  const page = CELLS_START + Math.floor(slot / CELLS_A_PAGE) * 2 * pageBytes;
  return page + pageBytes - CELL_BYTES - (slot % CELLS_A_PAGE) * CELL_STEP;
}

/** Length of the registry on a machine with pages of that size. */
export function registryBytes(pageBytes: number): number {
  return CELLS_START + CELL_PAGES * 2 * pageBytes;
}

/** A registry's file, read. */
export interface RegistryCopy {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly header: SegmentHeader;
  readonly pageBytes: number;
}

/**
 * A copy of a registry's file, without the holes between the cells.
 *
 * @throws {@link CorruptSegmentError} if it is not a registry.
 * @throws {@link HandleError} if another version of this toolkit wrote it.
 */
export function copyRegistry(path: string): RegistryCopy {
  const fd = openSync(path, constants.O_RDONLY);
  try {
    const { size } = fstatSync(fd);
    const first = new Uint8Array(HEADER_BYTES);
    const header = readHeader(first.subarray(0, readSync(fd, first, 0, HEADER_BYTES, 0)), size, path);
    const pageBytes = PAGE_SIZES.find((candidate) => registryBytes(candidate) === size);
    if (!isRegistryKind(header.kind) || pageBytes === undefined) {
      throw new CorruptSegmentError(`${path} is a ${header.kind} of ${size} bytes, not the registry`);
    }
    const bytes = new Uint8Array(size);
    readSync(fd, bytes, 0, CELLS_START, 0);
    const high = new Int32Array(bytes.buffer)[HIGH]!;
    for (let slot = 0; slot < Math.min(high, MAX_SLOTS); slot++) {
      const cell = lifeCellByte(slot, pageBytes);
      readSync(fd, bytes, cell, CELL_BYTES, cell);
    }
    return { bytes, header, pageBytes };
  } finally {
    closeSync(fd);
  }
}
