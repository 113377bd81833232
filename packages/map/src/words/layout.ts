// Layout of a map's segment, in words. Each part begins at a cache line of its own:
//
//   the words below, WRITERS, STATS, the buckets, the page table, the two queues, the ghosts, the states of units, the pages
//
//   PAGES_MUTEX    owner mutex; under it pages change what they are for. See memory/page-table.ts
//   READY_PAGES    free pages that have memory. Written under PAGES_MUTEX; recounted by a thread that takes it over
//   TABLES_END     bytes from the start that have memory: all but the states of units in pages that were never used. Grows, under
//                  PAGES_MUTEX, after the memory was reserved
//   QUEUES_MUTEX   owner mutex of the two queues. See cache/queues.ts
//   SMALL, MAIN    two words each, written under QUEUES_MUTEX: the positions of the oldest and behind the newest in a queue
//   GHOST_TIME     how many entries were ever remembered as ghosts. Written under QUEUES_MUTEX
//   SIZE           entries in the map. Raised before an entry is published and lowered after it was unlinked, both under the
//                  bucket's lock, so that it is never less than what is there
//   DIRTY          1 while SIZE may be too high, since a thread died that held a bucket. Set by the thread that takes the bucket over,
//                  or that finds a dead writer. See table/size.ts
//   OVERFLOWN      1 once a writer found no place among WRITERS
//   EARLIEST       a lower bound of the ticks at which an entry expires; NEVER if none does. See table/expiry.ts
//   PURGE_MUTEX    owner mutex of the thread that looks for what has expired. Taken before any other
//   SEED           random, of the hashes, so that no one can choose keys that meet in one bucket. Written once, as are the next
//   BUCKETS        number of buckets, a power of two
//   PAGE_SHIFT     bytes of a page, as a power of two
//   PAGES          number of pages
//   MAX_ENTRIES    the most entries, 0 if nothing is evicted
//   TTL            milliseconds that an entry lives by default, a float of 64 bits; 0 for ever
//   BASE           the time at creation, on the machine's monotonic clock in milliseconds; likewise
//   EPOCH          raised when the VERSION of any bucket has become a multiple of 2^30, so that the two together do not come back to what
//                  they were. In a line that is hardly ever written, since every read by a hint looks at it. See table/chains.ts
//   WRITERS        owner ids of threads that change entries; 0 where there is none
//   STATS          stripes of counters. A thread adds to the stripe of its owner id, so that readers share no cache line
export const PAGES_MUTEX = 0;
export const READY_PAGES = 1;
export const TABLES_END = 2;
export const QUEUES_MUTEX = 16;
export const SMALL = 18;
export const MAIN = 20;
export const GHOST_TIME = 22;
export const SIZE = 32;
export const DIRTY = 33;
export const EARLIEST = 34;
export const OVERFLOWN = 35;
export const PURGE_MUTEX = 40;
export const SEED = 48;
export const BUCKETS = 49;
export const PAGE_SHIFT = 50;
export const PAGES = 51;
export const MAX_ENTRIES = 52;
export const TTL = 54;
export const BASE = 56;
export const EPOCH = 58;
export const WRITERS = 64;
export const STATS = 128;

/** Value of EARLIEST while no entry expires. */
export const NEVER = 0x7fffffff;

/** How many threads have a place among WRITERS. */
export const WRITER_PLACES = STATS - WRITERS;

export const STRIPES = 32;
export const STRIPE_WORDS = 16;

// A bucket, four words:
//   LOCK     owner mutex. Under it the chain changes. It is held for some dozen instructions, while no code of the user's runs
//   HEAD     the first entry of its chain; 0 if it is empty. THE store that publishes or removes an entry, or NEXT of the one before
//   VERSION  raised after each change of the chain, and before the memory of what was removed is used again
//   BELL     eventcount: "the load of a key of this bucket is over". See fetch/leases.ts
export const BUCKET_SHIFT = 2;
export const HEAD = 1;
export const VERSION = 2;
export const BELL = 3;

// An entry begins at a unit of 64 bytes. What refers to it is the number of that unit, counted from the start of the segment, so
// that 0 is none. Its words, written before it is published, and never again but where said:
//   NEXT      the next entry of the chain, 0 at its end. Changed under the bucket's LOCK
//   HASH      of its key
//   SHAPE     12:0 bytes of the key, 19:16 type of the key, 24:20 type of the value
//   LENGTH    bytes of the value; of a lease, the owner id of the thread that loads
//   TICKET    its place in a queue of the eviction: position << 1 | whether in MAIN; 0 for none. Changed under LOCK.
//             Of a lease, which load of its thread it is
//   STAMP     VERSION of its bucket when it was made: tells it from an earlier entry in the same memory
//   EXPIRES   when it expires, a float of 64 bits on the machine's monotonic clock; 0 for never
// Then the key, padded to whole words, and the value.
export const UNIT_SHIFT = 6;
export const UNIT_BYTES = 1 << UNIT_SHIFT;
/** From a unit to its first word. */
export const UNIT_WORDS_SHIFT = UNIT_SHIFT - 2;
export const NEXT = 0;
export const HASH = 1;
export const SHAPE = 2;
export const LENGTH = 3;
export const TICKET = 4;
export const STAMP = 5;
export const EXPIRES = 6;
export const ENTRY_WORDS = 8;

const KEY_LENGTH = 0x1fff;
const KEY_BITS = 0xfffff;
const VALUE_TYPE_SHIFT = 20;

/** The longest key, in bytes as it is stored. */
export const MAX_KEY_BYTES = 4096;

/** SHAPE of an entry, but for the type of its value: what is compared to find a key. */
export function keyShape(type: number, byteLength: number): number {
  return (type << 16) | byteLength;
}

/** The part of SHAPE that tells of the key. */
export function keyShapeIn(shape: number): number {
  return shape & KEY_BITS;
}

export function keyBytesIn(shape: number): number {
  return shape & KEY_LENGTH;
}

export function keyTypeIn(shape: number): number {
  return (shape & KEY_BITS) >>> 16;
}

export function withValueType(shape: number, type: number): number {
  return shape | (type << VALUE_TYPE_SHIFT);
}

export function valueTypeIn(shape: number): number {
  return shape >>> VALUE_TYPE_SHIFT;
}

/** Words from the start of an entry to its value. */
export function valueWord(shape: number): number {
  return ENTRY_WORDS + ((keyBytesIn(shape) + 3) >> 2);
}
