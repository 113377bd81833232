import { CorruptSegmentError, RING_DATA_OFFSET, RING_FIRST_BYTES, RING_MAX_BYTES } from '@multiprocess/shared-memory';

// Layout of a pipe: a table for each of its two ends that says which threads hold it, then a ring for each direction.
// Ring 0 leads to end 0, ring 1, which a simplex pipe does not have, to end 1.
//
//   RINGS    1 or 2. Written once
//   of each end:
//   MUTEX    owner mutex of the table. Held for some instructions, never while its holder waits
//   STATE    0, or GONE: no thread holds this end, nor ever will again. Written under MUTEX
//   CHANGES  moves on with every change of the table, before MUTEX is released: what was read off it is valid as long as
//            this stands still and the thread that was read off it lives
//   HIGH     how many entries were ever in use. Written under MUTEX; one that is too low is checked for where it matters
//   SERIAL   of the entry made last. Written under MUTEX
//   then the entries of both; see below
export const RINGS = 0;
const FIRST_END = 32;
const END_WORDS = 32;
export const MUTEX = 0;
export const STATE = 1;
export const CHANGES = 2;
export const HIGH = 3;
export const SERIAL = 4;

export const GONE = 1;

// An entry: four words, written under MUTEX of its end.
//   OWNER    owner id of the thread whose entry it is; 0: free. Written last when it is made, first when it is freed
//   NUMBER   SERIAL when it was made: tells it from an earlier entry in its place
//   FLAGS    USED, HANDED, TRANSFER
//   COUNT    of a lease: handles that were taken and not attached by yet
//            of a transfer: when its owner was first seen dead, in ms; 0 before
//
// A lease is an open connection of a thread. It counts as long as the thread lives, unless the end was given away and is
// not used here: HANDED, not USED, and no handle that is still to arrive.
// A transfer is an end on its way to another process in a message, and stands for the receiver. It counts as long as its
// sender lives, which frees it if the message is lost; and for two seconds after the sender's death, so that the receiver
// of a message that outlived its sender finds the end alive. By attaching, the receiver makes the transfer its own lease.
//
// After a crash: MUTEX is taken over. An entry without OWNER is free, whatever else stands in it. A transfer in the middle
// of becoming a lease is a transfer of its new, dead owner. A COUNT that was lowered for a handle whose user died before
// it had its entry is right. SERIAL may have skipped numbers. The next thread that looks frees entries of dead threads.
//
// The end of an end. A thread that finds, under MUTEX, that no entry counts, sets STATE, and then shuts the rings: what was
// put before can be taken, and after that comes the end. No thread can still be putting: all that did have let go or are
// dead. If it is killed between the two, the next thread that looks finds STATE and shuts the rings.
//
// Why no thread sleeps for ever. A caller about to sleep announces itself at the ring, then reads off the table of the
// other end a thread whose entry counts, and sleeps until the ring's word changes or that thread ends. A thread that
// changes the table does so first and moves the ring's words on second: so the caller sees the new table, or does not sleep. As long
// as no table changes, an end cannot be gone before the thread that was read off it ends. What is left is a thread that is
// killed between its change and its wake: callers look again after 100 ms when they block, after a second when they await.
export const USED = 1;
export const HANDED = 2;
export const TRANSFER = 4;
export const OWNER = 0;
export const NUMBER = 1;
export const FLAGS = 2;
export const COUNT = 3;

/** How many entries an end has room for. */
export const MAX_ENTRIES = 240;
export const ENTRY_WORDS = 4;
const FIRST_ENTRY = 128;

/** One of the two ends: 0, which receives in a simplex pipe, or 1, which sends. */
export type End = 0 | 1;

/** Index of the first word of an end. */
export function endIndex(end: End): number {
  return FIRST_END + end * END_WORDS;
}

/** Index of the first word of an entry. */
export function entryIndex(end: End, entry: number): number {
  return FIRST_ENTRY + (end * MAX_ENTRIES + entry) * ENTRY_WORDS;
}

/** Bytes of the tables; two pages, so that the bytes of the rings start at pages of the file. */
const TABLE_BYTES = 8192;
/** Bytes of a ring's words and of the most it grows to, in whole pages. Address space only, until it is used. */
export const RING_BYTES = RING_DATA_OFFSET + RING_MAX_BYTES;
const RING_DISTANCE = 4096 + RING_MAX_BYTES;
const RING_RESERVED = RING_DATA_OFFSET + RING_FIRST_BYTES;

/** Where a ring starts. */
export function ringOffset(ring: End): number {
  return TABLE_BYTES + ring * RING_DISTANCE;
}

/** Bytes of a pipe with one or two rings, and how many of them to reserve at first: up to the end of the first ring. */
export function sizeOfPipe(rings: 1 | 2): { byteLength: number; reserved: number } {
  return { byteLength: ringOffset((rings - 1) as End) + RING_BYTES, reserved: ringOffset(0) + RING_RESERVED };
}

/** The part of the second ring to reserve at first. */
export const SECOND_RING = { offset: ringOffset(1), byteLength: RING_RESERVED };

/** How many rings the pipe has. @throws {@link CorruptSegmentError} if it says something that does not fit its size. */
export function readRings(words: Int32Array, byteLength: number, reference: string): 1 | 2 {
  const rings = words.length > RINGS ? Atomics.load(words, RINGS) : 0;
  if ((rings === 1 || rings === 2) && byteLength === sizeOfPipe(rings).byteLength) return rings;
  throw new CorruptSegmentError(`${reference} is not a pipe: ${rings} rings in ${byteLength} bytes`);
}
