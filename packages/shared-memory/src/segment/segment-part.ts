import type { Thread } from '../wait/thread.js';

/** The shared memory that a structure lies in: a segment, or a part of one. */
export interface MemoryRange {
  /** The kind of the segment. */
  readonly kind: string;
  /** The name of the segment's file, for messages. */
  readonly reference: string;
  readonly thread: Thread;
  readonly buffer: SharedArrayBuffer;
  /** Where it starts in `buffer`. */
  readonly byteOffset: number;
  readonly byteLength: number;
  /** All of it, as words. */
  readonly words: Int32Array;
  /** Reserves memory for bytes of it, so that they can be used. They must not have been reserved before. */
  reserve(offset: number, byteLength: number): void;
  /** Gives whole pages among these bytes back to the system. */
  giveBack(offset: number, byteLength: number): void;
  /** Uninitialized memory of this process alone, for a copy of bytes that lie here. */
  newBytes(byteLength: number): Uint8Array<ArrayBuffer>;
}

/** A part of a segment, so that several structures fit into one. */
export class SegmentPart implements MemoryRange {
  readonly kind: string;
  readonly reference: string;
  readonly thread: Thread;
  readonly buffer: SharedArrayBuffer;
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly words: Int32Array;
  readonly #whole: MemoryRange;

  /** @param byteOffset a multiple of the page size where pages are to be given back */
  constructor(whole: MemoryRange, byteOffset: number, byteLength: number) {
    this.#whole = whole;
    this.kind = whole.kind;
    this.reference = whole.reference;
    this.thread = whole.thread;
    this.buffer = whole.buffer;
    this.byteOffset = whole.byteOffset + byteOffset;
    this.byteLength = byteLength;
    this.words = new Int32Array(this.buffer, this.byteOffset, byteLength >>> 2);
  }

  reserve(offset: number, byteLength: number): void {
    this.#whole.reserve(this.byteOffset - this.#whole.byteOffset + offset, byteLength);
  }

  giveBack(offset: number, byteLength: number): void {
    this.#whole.giveBack(this.byteOffset - this.#whole.byteOffset + offset, byteLength);
  }

  newBytes(byteLength: number): Uint8Array<ArrayBuffer> {
    return this.#whole.newBytes(byteLength);
  }
}
