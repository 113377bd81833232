import type { Flow, Peek } from '../handles/attach.js';

// Layout of a byte ring, in words. Words that different sides write lie 128 bytes apart, so that the sides do not take cache
// lines from each other (two lines, since processors fetch them in pairs). TAIL and HEAD have a line of their own within that:
// the other side polls them while it waits, and each poll takes the line away from its writer.
//
//   PRODUCERS   owner mutex of the producers
//   TAIL        end of the published bytes; only grows. THE store that publishes. Written under PRODUCERS
//   PUTS        items ever put. Written under PRODUCERS, before TAIL, so that PUTS - GETS is never less than what is there.
//               A plain store: no thread acts on it before it has seen TAIL, or the mutex free, which are stored after it
//   SEEN_HEAD   HEAD as a producer last read it. Written under PRODUCERS. HEAD only moves on, so room computed from this
//               is there; and TAIL - SEEN_HEAD is never more than CAPACITY, however long a producer has slept
//   CONSUMERS   owner mutex of the consumers
//   HEAD        end of the bytes taken; only grows. THE store that takes. Written under CONSUMERS
//   GETS        items ever taken. Written under CONSUMERS, after HEAD. A plain store, which the exchange that frees the
//               mutex comes after: a producer that waits for room by number is looked for later still (SPACE)
//   SEEN_TAIL   TAIL as a consumer last read it. Written under CONSUMERS
//   ITEMS       eventcount: "there may be something to take"
//   SPACE       eventcount: "there may be room"
//   LARGEST     bytes of the largest recent record, or as many as make a ring four times as large as was lately used
//               (see RingRoom.handyBytes). Written under PRODUCERS; halved when a ring that has grown large is empty
//   CAPACITY    bytes in use as the ring, a power of two. Written under both mutexes
//   MAX_BYTES   the largest CAPACITY. Written once
//   MAX_ITEMS   the most items at a time, 0 for any number. Written once
//   SHUT        1 once no item can be put. Written under PRODUCERS, so that no put is in progress when it is set; or by any
//               thread, if it is known that none can be putting or that none will take
//   EASY_BYTES  the largest CAPACITY that the ring grows to for a backlog, 0 for MAX_BYTES. Written once
//   EMPTIED     eventcount: "there may be nothing left". The thread that takes the last item, or throws all away, notifies it
//               after HEAD. A waiter announces itself and looks at HEAD once more, so no wake is lost. If a thread dies between
//               the two, the waiters find the change by their re-check
//   DEFINITIONS_END  how many bytes of DEFINITIONS are valid; only grows. THE store that publishes a definition. Written
//               under PRODUCERS. Bytes that a dead thread wrote behind it are invisible and will be overwritten
//   DIRTY       1 while PUTS - GETS may differ from the number of items. Set by a thread that takes a mutex over from a dead one
//
// After a crash: bytes behind TAIL are invisible and will be overwritten, bytes before it stay. Only two words may need repair:
// PUTS, which its writer may have raised without publishing, and GETS, which its writer may not have raised yet. A thread that
// takes a mutex over sets DIRTY before it releases it, and the next caller counts the items under both mutexes.
// The mutexes are always taken in this order: PRODUCERS, CONSUMERS. A thread holds none while it waits.
export const PRODUCERS = 0;
export const PUTS = 2;
export const SEEN_HEAD = 3;
export const LARGEST = 4;
export const TAIL = 16;
export const CONSUMERS = 32;
export const GETS = 34;
export const SEEN_TAIL = 35;
export const HEAD = 48;
export const ITEMS = 64;
export const SPACE = 96;
export const CAPACITY = 128;
export const MAX_BYTES = 129;
export const MAX_ITEMS = 130;
export const SHUT = 131;
export const DIRTY = 132;
export const EASY_BYTES = 133;
export const EMPTIED = 144;

/** The first of 32 words for the user of the ring, on cache lines of their own. */
export const RING_USER_WORDS = 160;

export const DEFINITIONS_END = 192;
/** The definitions (see ring-definitions.ts) fill the rest of the first page. */
export const DEFINITIONS = 193;

/** Where the records start in the object: at a page of the file, so that pages can be given back. */
export const RING_DATA_OFFSET = 4096 - 128;

export const DEFINITIONS_BYTES = RING_DATA_OFFSET - DEFINITIONS * 4;

/** The smallest capacity, with which a ring starts. Capacities are powers of two. */
export const RING_FIRST_BYTES = 2 ** 14;
/** The largest capacity: positions of 32 bits are compared by their difference. */
export const RING_MAX_BYTES = 2 ** 30;

// A record: two words, then the bytes, padded to a multiple of 8. So bytes start at a multiple of 8: copies to and from
// shared memory go byte by byte where the two sides are not aligned alike, ten times slower. The second word is MARK, for
// the user of the ring, and usually 0: nothing here reads it. The first word:
//   bits 31, 29 always 0: an item in which one is set is damaged
//   PAD         not an item, but padding: it fills the end of the ring if a record does not fit there in one piece
//   LENGTH      28:0, bytes of the item, or of the padding behind the two words
export const PAD = 0x40000000;
export const LENGTH = 0x1fffffff;
export const RECORD_HEADER_BYTES = 8;

/** Bytes that an item of `length` bytes takes in the ring. */
export function recordBytes(length: number): number {
  return (length + RECORD_HEADER_BYTES + 7) & ~7;
}

/** The second word of a record. */
export const MARK = 1;

/** Where the record at that byte of the ring begins. */
export function wordIndex(at: number): number {
  return (RING_DATA_OFFSET + at) >> 2;
}

/** Up to this many bytes, a loop over words is faster than creating the view that a built-in copy needs. */
export const LOOP_BYTES = 256;

/** The number of items in the ring at the beginning of an object, and what has gone through it. */
export function lookAtRing(peek: Peek): { readonly items: number; readonly flow: Flow } {
  return { items: itemsIn(peek), flow: flowIn(peek) };
}

/** What has gone through the ring at that word of an object. */
export function flowIn(peek: Peek, index = 0): Flow {
  const words = peek(index, RING_USER_WORDS);
  return { put: words[PUTS]! >>> 0, taken: words[GETS]! >>> 0 };
}

/** The number of items in the ring at that word of an object, whose words may hold anything. */
export function itemsIn(peek: Peek, index = 0): number {
  const words = peek(index, RING_USER_WORDS);
  return words[TAIL] === words[HEAD] ? 0 : Math.max(0, (words[PUTS]! - words[GETS]!) | 0);
}
