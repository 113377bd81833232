import type { Peek } from '../handles/attach.js';

// Layout of a byte ring, in words. What different sides write lies 128 bytes apart, so that they do not take cache
// lines from each other (two lines, since processors fetch them in pairs). TAIL and HEAD, which the other side looks at again
// and again while it waits, have a line of their own within that: each look at a line takes it away from its writer, which would
// need it back for every other word of it.
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
//   LARGEST     bytes of the largest record lately put, or as many as make a ring four times as large as was made use of
//               (see RingRoom.handyBytes). Written under PRODUCERS; halved when a ring that has grown large is empty
//   CAPACITY    bytes in use as the ring, a power of two. Written under both mutexes
//   MAX_BYTES   the largest CAPACITY. Written once
//   MAX_ITEMS   the most items at a time, 0 for any number. Written once
//   SHUT        1 once nothing more may be put. Written under PRODUCERS, so that no put is under way when it is set; or by
//               any thread, where it is known that none can be putting or that none will take
//   EASY_BYTES  the most CAPACITY that a backlog is a reason for, 0 for MAX_BYTES. Written once
//   EMPTIED     eventcount: "there may be nothing left". The thread that took the last item, or threw all away, notifies it after HEAD;
//               a waiter announces itself and looks at HEAD once more, so no wake is lost. After a crash: a thread that died
//               between the two leaves the waiters to their re-check
//   DEFINITIONS_END  how many bytes of DEFINITIONS are valid; only grows. THE store that publishes a definition. Written
//               under PRODUCERS. What a dead thread wrote behind it is invisible and will be overwritten
//   DIRTY       1 while PUTS - GETS may differ from the number of items. Set by a thread that takes a mutex over from a dead one
//
// After a crash: what was written behind TAIL is invisible and will be overwritten, what is before it stays; nothing
// needs repair but PUTS, which its writer may have raised without publishing, or GETS, which its writer may not have
// raised yet. A thread that takes over sets DIRTY before it lets go, and the next caller counts the items under both mutexes.
// The mutexes are always taken in this order: PRODUCERS, CONSUMERS; a thread holds none while it waits.
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

/** 32 words for the user of the ring, on cache lines of their own. */
export const RING_USER_WORDS = 160;

export const DEFINITIONS_END = 192;
/** What the records refer to; see ring-definitions.ts. Up to the records, in what would be unused of the first page. */
export const DEFINITIONS = 193;

/** Where the bytes start in the object: at a page of the file, so that pages can be given back. */
export const RING_DATA_OFFSET = 4096 - 128;

export const DEFINITIONS_BYTES = RING_DATA_OFFSET - DEFINITIONS * 4;

/** What a ring starts with. Capacities are powers of two from this one on. */
export const RING_FIRST_BYTES = 2 ** 14;
/** What positions of 32 bits, compared by difference, can tell apart. */
export const RING_MAX_BYTES = 2 ** 30;

// A record: two words, then the bytes, padded to a multiple of 8. So bytes start at a multiple of 8: copies to and from
// shared memory go byte by byte where the two sides are not aligned alike, ten times slower. The second word is MARK, for
// the user of the ring, and usually 0: nothing here reads it. The first word:
//   bits 31, 29 always 0: an item in which one is set is damaged
//   PAD         not an item: skip it. Fills the end of the ring where a record would not fit in one piece
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

/** Up to so many bytes a loop over words is faster than making the view that the platform's own copy needs. */
export const LOOP_BYTES = 256;

/** Items in the ring that begins at that word of an object, which may hold anything. */
export function itemsIn(peek: Peek, index = 0): number {
  const words = peek(index, RING_USER_WORDS);
  return words[TAIL] === words[HEAD] ? 0 : Math.max(0, (words[PUTS]! - words[GETS]!) | 0);
}
