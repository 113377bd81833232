import { CorruptSegmentError } from '@multiprocess/shared-memory';
import type { Segment } from '@multiprocess/shared-memory';
import {
  BUCKET_SHIFT,
  BUCKETS,
  MAX_ENTRIES,
  PAGE_SHIFT,
  PAGES,
  STATS,
  STRIPE_WORDS,
  STRIPES,
  UNIT_SHIFT,
} from './layout.js';

/** The least memory of a map, in bytes. */
export const MIN_MEMORY = 2 ** 17;
/** The most: bytes are counted in 32 bits. */
export const MAX_MEMORY = 2 ** 31;
/** The most entries that an evicting map may be asked for. */
export const MAX_MAX_ENTRIES = 2 ** 26;

/** What searches go through; a page grows with the memory, so that there are no more than these. */
const MAX_PAGES = 4096;
const SMALLEST_PAGE_SHIFT = 12;
/** One bucket for so many bytes: tables take some percent of the memory. */
const BYTES_PER_BUCKET = 512;
const FEWEST_BUCKETS = 64;
const MAX_BUCKETS = 2 ** 22;
/** Pages begin at the largest page of any kernel; the file has 128 bytes before the object. */
const PAGE_ALIGNMENT = 2 ** 14;
const FILE_HEADER_BYTES = 128;
/** By so much the tables grow at a time. */
const TABLE_STEP = 2 ** 16;
const LINE_WORDS = 16;
/** Slots of a queue beyond the most entries, for those that are being made. */
const SPARE_SLOTS = 64;

/** Where the parts of a map are: see layout.ts. All but bytes are counted in words. */
export interface Geometry {
  readonly byteLength: number;
  readonly bucketCount: number;
  readonly bucketsAt: number;
  readonly pageShift: number;
  readonly pageCount: number;
  /** Two words for each page. */
  readonly pageTableAt: number;
  readonly maxEntries: number;
  /** Slots of each queue, a power of two; 0 if nothing is evicted. */
  readonly queueSlots: number;
  readonly smallAt: number;
  readonly mainAt: number;
  readonly ghostSlots: number;
  readonly ghostsAt: number;
  /** One word for each unit. */
  readonly cellsAt: number;
  /** Bytes that all tables take: the first page begins here. */
  readonly tableBytes: number;
  readonly firstUnit: number;
  readonly endUnit: number;
}

/** How a map of so much memory is laid out. Without room for a page, it has none. */
export function planGeometry(byteLength: number, maxEntries: number): Geometry {
  const pageShift = Math.max(SMALLEST_PAGE_SHIFT, Math.ceil(Math.log2(byteLength / MAX_PAGES)));
  const wanted = powerOfTwo(Math.min(byteLength / BYTES_PER_BUCKET, maxEntries === 0 ? Infinity : maxEntries));
  const bucketCount = Math.min(MAX_BUCKETS, Math.max(FEWEST_BUCKETS, wanted));
  const queueSlots = maxEntries === 0 ? 0 : powerOfTwo(maxEntries + SPARE_SLOTS);
  const ghostSlots = maxEntries === 0 ? 0 : powerOfTwo(2 * maxEntries);
  const possiblePages = byteLength >>> pageShift;

  const bucketsAt = wholeLines(STATS + STRIPES * STRIPE_WORDS);
  const pageTableAt = bucketsAt + (bucketCount << BUCKET_SHIFT);
  const smallAt = wholeLines(pageTableAt + 2 * possiblePages);
  const mainAt = smallAt + queueSlots;
  const ghostsAt = mainAt + queueSlots;
  const cellsAt = ghostsAt + ghostSlots;
  const tablesEnd = (cellsAt + (possiblePages << (pageShift - UNIT_SHIFT))) * 4 + FILE_HEADER_BYTES;
  const tableBytes = Math.ceil(tablesEnd / PAGE_ALIGNMENT) * PAGE_ALIGNMENT - FILE_HEADER_BYTES;
  const pageCount = Math.max(0, Math.floor((byteLength - tableBytes) / 2 ** pageShift));
  const firstUnit = tableBytes / 2 ** UNIT_SHIFT;
  const endUnit = firstUnit + pageCount * 2 ** (pageShift - UNIT_SHIFT);
  return {
    ...{ byteLength, bucketCount, bucketsAt, pageShift, pageCount, pageTableAt, cellsAt, maxEntries, queueSlots },
    ...{ smallAt, mainAt, ghostSlots, ghostsAt, tableBytes, firstUnit, endUnit },
  };
}

/** Bytes of the tables that have to have memory so that the states of the units up to a page can be used. */
export function tableBytesFor({ cellsAt, pageShift, tableBytes }: Geometry, pages: number): number {
  const end = (cellsAt + pages * 2 ** (pageShift - UNIT_SHIFT)) * 4 + FILE_HEADER_BYTES;
  return Math.min(tableBytes, Math.ceil(end / TABLE_STEP) * TABLE_STEP - FILE_HEADER_BYTES);
}

/** The layout of the map in a segment. @throws {@link CorruptSegmentError} if its words contradict its size. */
export function geometryOf({ words, byteLength, reference }: Segment): Geometry {
  const maxEntries = words[MAX_ENTRIES] ?? -1;
  if (byteLength >= MIN_MEMORY && byteLength <= MAX_MEMORY && maxEntries >= 0 && maxEntries <= MAX_MAX_ENTRIES) {
    const plan = planGeometry(byteLength, maxEntries);
    const { pageCount, bucketCount, pageShift } = plan;
    const isSame = words[BUCKETS] === bucketCount && words[PAGES] === pageCount && words[PAGE_SHIFT] === pageShift;
    if (pageCount > 0 && isSame) return plan;
  }
  throw new CorruptSegmentError(`${reference} is not a map: its first words contradict its ${byteLength} bytes`);
}

function powerOfTwo(atLeast: number): number {
  return 2 ** Math.ceil(Math.log2(atLeast));
}

function wholeLines(words: number): number {
  return Math.ceil(words / LINE_WORDS) * LINE_WORDS;
}
