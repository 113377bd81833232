import { CorruptSegmentError } from '../base/errors.js';
import {
  CAPACITY,
  HEAD,
  LENGTH,
  LOOP_BYTES,
  MARK,
  MAX_BYTES,
  PAD,
  RECORD_HEADER_BYTES,
  recordBytes,
  RING_DATA_OFFSET,
  RING_FIRST_BYTES,
  RING_MAX_BYTES,
  SEEN_TAIL,
  TAIL,
  wordIndex,
} from './ring-layout.js';
import { RingItem } from './ring-item.js';
import { scratch, SCRATCH_BYTES } from './ring-scratch.js';
import type { MemoryRange } from '../segment/segment-part.js';

/** Items up to this size are copied to scratch memory; larger ones get memory of their own. */
const SCRATCH_ITEM_BYTES = 4096;

/**
 * The records of a ring. Callers hold the mutex that each method names. Words are checked before they are used as a length or
 * an index; a contradiction throws {@link CorruptSegmentError} and changes nothing.
 */
export class RingMemory {
  readonly maxBytes: number;
  /** Where records lie. */
  readonly bytes: Uint8Array;
  readonly #segment: MemoryRange;
  readonly #words: Int32Array;

  constructor(segment: MemoryRange) {
    this.#segment = segment;
    this.#words = segment.words;
    this.maxBytes = Atomics.load(segment.words, MAX_BYTES);
    if (!isCapacity(this.maxBytes) || segment.byteLength !== RING_DATA_OFFSET + this.maxBytes) {
      throw this.corrupt(`${this.maxBytes} bytes at most`);
    }
    this.bytes = new Uint8Array(segment.buffer, segment.byteOffset + RING_DATA_OFFSET, this.maxBytes);
  }

  /** Bytes in use as the ring. Under either mutex. */
  get capacity(): number {
    const capacity = this.#words[CAPACITY]!;
    if (isCapacity(capacity) && capacity <= this.maxBytes) return capacity;
    throw this.corrupt(`a capacity of ${capacity} bytes`);
  }

  /** Position of the next item at or behind `head`; undefined if there is none. Under CONSUMERS. */
  next(head: number): number | undefined {
    let published = (this.#words[SEEN_TAIL]! - head) | 0;
    if (published <= 0 || published > this.capacity) {
      const tail = Atomics.load(this.#words, TAIL);
      this.#words[SEEN_TAIL] = tail;
      published = (tail - head) | 0;
      if (published === 0) return undefined;
      if (published < 0 || published > this.capacity) throw this.corrupt(`${published} bytes published`);
    }
    if ((head & 7) !== 0) throw this.corrupt(`a record at byte ${head >>> 0}`);
    const word = this.#wordAt(head);
    if ((word & PAD) === 0) return head;
    const padding = recordBytes(word & LENGTH);
    if (padding >= published || ((head + padding) & (RING_FIRST_BYTES - 1)) !== 0) {
      throw this.corrupt(`padding of ${padding} bytes, ${published} published`);
    }
    return (head + padding) | 0;
  }

  /** Length of the item there. Under CONSUMERS. */
  lengthAt(position: number): number {
    const capacity = this.capacity;
    const at = position & (capacity - 1);
    const word = this.#words[wordIndex(at)]!;
    const length = word & LENGTH;
    const size = recordBytes(length);
    const published = (this.#words[SEEN_TAIL]! - position) | 0;
    if (word !== length || size > published || at + size > capacity) {
      throw this.corrupt(`a record word of ${word}, ${published} bytes published`);
    }
    return length;
  }

  /** The item there. Under CONSUMERS. */
  read(position: number, length: number): RingItem {
    const start = position & (this.capacity - 1);
    const at = start + RECORD_HEADER_BYTES;
    const mark = this.#words[wordIndex(start) + MARK]!;
    if (length > SCRATCH_ITEM_BYTES || scratch.inUse) {
      return new RingItem(this.#copy(at, length), 0, length, true, mark);
    }
    if (length <= LOOP_BYTES) this.#loopToScratch(at, length);
    else scratch.bytes.set(this.bytes.subarray(at, at + length));
    return new RingItem(scratch.bytes, 0, length, false, mark);
  }

  /** The items in the records from `from` on, which lie one behind the other up to `to`. Under CONSUMERS. */
  readAll(from: number, to: number, starts: readonly number[], lengths: readonly number[]): RingItem[] {
    const { capacity } = this;
    const length = (to - from) | 0;
    const apart = scratch.inUse || length > SCRATCH_BYTES;
    const copy = apart ? this.#segment.newBytes(length) : scratch.bytes;
    // The owner of memory may transfer it, so items that share memory do not own it.
    const owned = apart && starts.length === 1;
    const at = from & (capacity - 1);
    const inOnePiece = Math.min(length, capacity - at);
    copy.set(this.bytes.subarray(at, at + inOnePiece));
    if (inOnePiece < length) copy.set(this.bytes.subarray(0, length - inOnePiece), inOnePiece);
    const items = new Array<RingItem>(starts.length);
    for (let i = 0; i < starts.length; i++) {
      const start = ((starts[i]! - from) | 0) + RECORD_HEADER_BYTES;
      const mark = this.#words[wordIndex(starts[i]! & (capacity - 1)) + MARK]!;
      items[i] = new RingItem(copy, start, start + lengths[i]!, owned, mark);
    }
    return items;
  }

  #copy(at: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = this.#segment.newBytes(length);
    bytes.set(this.bytes.subarray(at, at + length));
    return bytes;
  }

  #loopToScratch(at: number, length: number): void {
    const from = wordIndex(at);
    const words = this.#words;
    const target = scratch.words;
    for (let i = 0; i << 2 < length; i++) target[i] = words[from + i]!;
  }

  /**
   * Doubles the ring until it has room for an item of `length` bytes, up to `maxBytes`. Bytes whose place differs in the
   * larger ring are copied to the part that was unused so far; then the store of CAPACITY makes the ring larger. If the
   * thread is killed before that, nothing has changed. Under both mutexes.
   *
   * @throws {@link OutOfMemoryError} if the system has no memory for it. Nothing has changed then.
   */
  grow(length: number, maxBytes: number): void {
    const old = this.capacity;
    const head = Atomics.load(this.#words, HEAD);
    const used = (Atomics.load(this.#words, TAIL) - head) | 0;
    if (used < 0 || used > old) throw this.corrupt(`${used} of ${old} bytes in use`);
    const wanted = 2 ** Math.ceil(Math.log2(Math.max(old * 2, used + 2 * recordBytes(length))));
    const capacity = Math.min(maxBytes, wanted);
    this.#segment.reserve(RING_DATA_OFFSET + old, capacity - old);
    for (let done = 0; done < used;) {
      const position = (head + done) | 0;
      const from = position & (old - 1);
      const to = position & (capacity - 1);
      const piece = Math.min(used - done, old - from);
      if (to !== from) this.bytes.copyWithin(to, from, from + piece);
      done += piece;
    }
    Atomics.store(this.#words, CAPACITY, capacity);
  }

  /** Makes an empty ring small again and gives the rest back to the system. Under both mutexes. */
  shrink(capacity: number): void {
    Atomics.store(this.#words, CAPACITY, capacity);
    this.trim();
  }

  /** Gives back the memory behind the ring. There is some only if a thread died in {@link grow} or {@link shrink}. Under both mutexes. */
  trim(): void {
    const { capacity } = this;
    this.#segment.giveBack(RING_DATA_OFFSET + capacity, this.maxBytes - capacity);
  }

  #wordAt(position: number): number {
    return this.#words[wordIndex(position & (this.capacity - 1))]!;
  }

  /** The error of a contradiction. */
  corrupt(what: string): CorruptSegmentError {
    return new CorruptSegmentError(`The ring of ${this.#segment.reference} contradicts itself: ${what}`);
  }
}

function isCapacity(bytes: number): boolean {
  return bytes >= RING_FIRST_BYTES && bytes <= RING_MAX_BYTES && (bytes & (bytes - 1)) === 0;
}
