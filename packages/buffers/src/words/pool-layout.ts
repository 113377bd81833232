import { CorruptSegmentError } from '@multiprocess/shared-memory';

// Layout of a pool. All words but the four that are written once may change at any time.
//
//   CHUNK_BYTES  bytes of a chunk. Written once
//   CHUNKS       how many there are. Written once
//   MUTEX        owner mutex: held for some instructions by a thread that takes a free chunk, shares one, or looks after those
//                that were lost. Not needed to hand a chunk over, to receive it or to give it back
//   EVENTS       eventcount: "there may be a free chunk"
//   carriers     names of rings; see carrier-table.ts
//   chunks       LENGTH, HIGH, and the seats of each; see seat-table.ts
//   then the bytes of the chunks, each at the start of a page, or of a cache line where a chunk is smaller than a page
export const CHUNK_BYTES = 0;
export const CHUNKS = 1;
export const MUTEX = 16;
export const EVENTS = 32;

/** How many rings the chunks of a pool can be in at a time before their messages are tracked by their senders only. */
export const CARRIERS = 64;
/** Words of a carrier: how many bytes its name has, 0 if there is none, then the name. */
export const CARRIER_WORDS = 80;
const FIRST_CARRIER = 64;

/** Index of the first word of a carrier. */
export function carrierIndex(carrier: number): number {
  return FIRST_CARRIER + carrier * CARRIER_WORDS;
}

/** How many buffers can share a chunk. */
export const SEATS = 16;
export const SEAT_BITS = 4;
const SEAT_WORDS = 8;
const CHUNK_HEAD_WORDS = 16;
export const CHUNK_WORDS = CHUNK_HEAD_WORDS + SEATS * SEAT_WORDS;
export const FIRST_CHUNK = FIRST_CARRIER + CARRIERS * CARRIER_WORDS;

/** Of a chunk: bytes of it that are lent. Written under MUTEX while it is free. */
export const LENGTH = 0;
/** Of a chunk: seats behind this number are free. Written under MUTEX; one that is too high costs a look. */
export const HIGH = 1;

/** Index of the first word of a chunk. */
export function chunkIndex(chunk: number): number {
  return FIRST_CHUNK + chunk * CHUNK_WORDS;
}

/** Index of the first word of a seat; seats are numbered through all chunks. */
export function seatIndex(seat: number): number {
  return chunkIndex(seat >> SEAT_BITS) + CHUNK_HEAD_WORDS + (seat & (SEATS - 1)) * SEAT_WORDS;
}

export const MAX_CHUNKS = 2 ** 16;
/** A segment is addressed by 32 bits. */
export const MAX_POOL_BYTES = 2 ** 32 - 2 ** 20;

const PAGE_BYTES = 4096;
const LINE_BYTES = 64;
/** Bytes of a segment's header, before the object: pages are those of the file. */
const SEGMENT_HEAD_BYTES = 128;

/** Where the bytes of the chunks are. */
export interface PoolShape {
  readonly chunkSize: number;
  readonly chunks: number;
  /** Byte at which the first chunk begins, and from each to the next. */
  readonly firstByte: number;
  readonly stride: number;
  /** Bytes of the whole pool. */
  readonly byteLength: number;
}

/** Where the bytes of so many chunks are. */
export function shapeOf(chunkSize: number, chunks: number): PoolShape {
  const words = FIRST_CHUNK + chunks * CHUNK_WORDS;
  const firstByte = roundUp(words * 4 + SEGMENT_HEAD_BYTES, PAGE_BYTES) - SEGMENT_HEAD_BYTES;
  const stride = roundUp(chunkSize, chunkSize < PAGE_BYTES ? LINE_BYTES : PAGE_BYTES);
  return { chunkSize, chunks, firstByte, stride, byteLength: firstByte + chunks * stride };
}

/** The shape of a pool, as its words have it. @throws {@link CorruptSegmentError} if it does not fit its size. */
export function readShape(words: Int32Array, byteLength: number, reference: string): PoolShape {
  const chunkSize = words.length > CHUNKS ? Atomics.load(words, CHUNK_BYTES) : 0;
  const chunks = words.length > CHUNKS ? Atomics.load(words, CHUNKS) : 0;
  if (chunkSize > 0 && chunks > 0 && chunks <= MAX_CHUNKS) {
    const shape = shapeOf(chunkSize, chunks);
    if (shape.byteLength === byteLength) return shape;
  }
  throw new CorruptSegmentError(`${reference} is not a pool: ${chunks} chunks of ${chunkSize} in ${byteLength} bytes`);
}

function roundUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
