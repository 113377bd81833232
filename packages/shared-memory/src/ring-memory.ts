import { CorruptSegmentError } from './errors.js';
import {
  CAPACITY,
  HEAD,
  LENGTH,
  MOST_BYTES,
  PAD,
  RECORD_HEADER_BYTES,
  RING_DATA_OFFSET,
  RING_FIRST_BYTES,
  RING_MOST_BYTES,
  SEEN_HEAD,
  SEEN_TAIL,
  TAIL,
  recordBytes,
} from './ring-layout.js';
import type { MemoryRange } from './segment-part.js';

/** An item as it came out of the ring. */
export interface RingItem {
  readonly bytes: Uint8Array;
  /** Whether nobody else will ever write to `bytes`; else they are good until this thread takes from the ring again. */
  readonly owned: boolean;
}

/** Small items are copied to memory that is used again; larger ones get memory of their own. */
const SCRATCH_ITEM_BYTES = 4096;
/** So many bytes of records are taken together, if there are as many. */
export const SCRATCH_BYTES = 2 ** 16;
/** Up to this size a loop over words is faster than making the view that the platform's own copy needs. */
const LOOP_BYTES = 256;

/**
 * The records of a ring, without its mutexes: callers hold the one that each method names. What is read is checked
 * before it is used as a length or an index; a contradiction throws {@link CorruptSegmentError} and changes nothing.
 */
export class RingMemory {
  readonly mostBytes: number;
  /** Set by whoever is still reading an item that is not its own: what is taken meanwhile gets memory of its own. */
  scratchInUse = false;
  readonly #segment: MemoryRange;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #scratch = new Uint8Array(SCRATCH_BYTES);
  readonly #scratchWords = new Int32Array(this.#scratch.buffer);

  constructor(segment: MemoryRange) {
    this.#segment = segment;
    this.#words = segment.words;
    this.mostBytes = Atomics.load(segment.words, MOST_BYTES);
    if (!isCapacity(this.mostBytes) || segment.byteLength !== RING_DATA_OFFSET + this.mostBytes) {
      throw this.#corrupt(`${this.mostBytes} bytes at most`);
    }
    this.#bytes = new Uint8Array(segment.buffer, segment.byteOffset + RING_DATA_OFFSET, this.mostBytes);
  }

  /** Bytes in use as the ring. Under either mutex. */
  get capacity(): number {
    const capacity = this.#words[CAPACITY]!;
    if (isCapacity(capacity) && capacity <= this.mostBytes) return capacity;
    throw this.#corrupt(`a capacity of ${capacity} bytes`);
  }

  /**
   * Writes a record behind `tail`, where nobody sees it yet. Under PRODUCERS.
   *
   * @returns where it ends; `tail` itself if there is no room
   */
  append(tail: number, item: Uint8Array): number {
    const capacity = this.capacity;
    const size = recordBytes(item.byteLength);
    let at = tail & (capacity - 1);
    const inOnePiece = capacity - at;
    const needed = size <= inOnePiece ? size : inOnePiece + size;
    if (!this.#hasRoom(needed, tail, capacity)) return tail;
    if (size > inOnePiece) {
      this.#words[wordIndex(at)] = PAD | (inOnePiece - RECORD_HEADER_BYTES);
      at = 0;
    }
    this.#words[wordIndex(at)] = item.byteLength;
    this.#bytes.set(item, at + RECORD_HEADER_BYTES);
    return (tail + needed) | 0;
  }

  #hasRoom(needed: number, tail: number, capacity: number): boolean {
    const usedAsSeen = (tail - this.#words[SEEN_HEAD]!) | 0;
    if (usedAsSeen >= 0 && needed <= capacity - usedAsSeen) return true;
    const head = Atomics.load(this.#words, HEAD);
    this.#words[SEEN_HEAD] = head;
    const used = (tail - head) | 0;
    if (used < 0 || used > capacity) throw this.#corrupt(`${used} of ${capacity} bytes in use`);
    return needed <= capacity - used;
  }

  /** Position of the next item at or behind `head`; undefined if there is none. Under CONSUMERS. */
  next(head: number): number | undefined {
    let published = (this.#words[SEEN_TAIL]! - head) | 0;
    if (published <= 0) {
      const tail = Atomics.load(this.#words, TAIL);
      this.#words[SEEN_TAIL] = tail;
      published = (tail - head) | 0;
      if (published === 0) return undefined;
      if (published < 0 || published > this.capacity) throw this.#corrupt(`${published} bytes published`);
    }
    const word = this.#wordAt(head);
    if ((word & PAD) === 0) return head;
    const padding = recordBytes(word & LENGTH);
    if (padding >= published || ((head + padding) & (RING_FIRST_BYTES - 1)) !== 0) {
      throw this.#corrupt(`padding of ${padding} bytes, ${published} published`);
    }
    return (head + padding) | 0;
  }

  /** Length of the item there. Under CONSUMERS. */
  lengthAt(position: number): number {
    const word = this.#wordAt(position);
    const length = word & LENGTH;
    const size = recordBytes(length);
    const capacity = this.capacity;
    const published = (this.#words[SEEN_TAIL]! - position) | 0;
    if (word !== length || size > published || (position & (capacity - 1)) + size > capacity) {
      throw this.#corrupt(`a record word of ${word}, ${published} bytes published`);
    }
    return length;
  }

  /** The item there. Under CONSUMERS. */
  read(position: number, length: number): RingItem {
    const at = (position & (this.capacity - 1)) + RECORD_HEADER_BYTES;
    if (length > SCRATCH_ITEM_BYTES || this.scratchInUse) return { bytes: this.#copy(at, length), owned: true };
    if (length <= LOOP_BYTES) this.#loopToScratch(at, length);
    else this.#scratch.set(this.#bytes.subarray(at, at + length));
    return { bytes: this.#scratch.subarray(0, length), owned: false };
  }

  /** The items in the records from `from` on, which lie one behind the other up to `to`. Under CONSUMERS. */
  readAll(from: number, to: number, starts: readonly number[], lengths: readonly number[]): RingItem[] {
    const { capacity } = this;
    const length = (to - from) | 0;
    const owned = this.scratchInUse || length > SCRATCH_BYTES;
    const copy = owned ? Buffer.allocUnsafeSlow(length) : this.#scratch;
    const at = from & (capacity - 1);
    const inOnePiece = Math.min(length, capacity - at);
    copy.set(this.#bytes.subarray(at, at + inOnePiece));
    if (inOnePiece < length) copy.set(this.#bytes.subarray(0, length - inOnePiece), inOnePiece);
    return starts.map((start, i) => {
      const offset = ((start - from) | 0) + RECORD_HEADER_BYTES;
      return { bytes: copy.subarray(offset, offset + lengths[i]!), owned };
    });
  }

  #copy(at: number, length: number): Uint8Array {
    const bytes = Buffer.allocUnsafeSlow(length);
    bytes.set(this.#bytes.subarray(at, at + length));
    return bytes;
  }

  #loopToScratch(at: number, length: number): void {
    const from = wordIndex(at);
    const words = this.#words;
    const scratch = this.#scratchWords;
    for (let i = 0; i << 2 < length; i++) scratch[i] = words[from + i]!;
  }

  /**
   * Doubles the ring as often as it takes to have room for an item of `length` bytes. Bytes whose place differs in the
   * larger ring are copied to it, which lies in the part that was unused until now; then the store of CAPACITY makes it
   * so, of at most `mostBytes`. Killed in between, nothing has changed. Under both mutexes.
   *
   * @throws {OutOfMemoryError} If the system has no room for it.
   */
  grow(length: number, mostBytes: number): void {
    const old = this.capacity;
    const head = Atomics.load(this.#words, HEAD);
    const used = (Atomics.load(this.#words, TAIL) - head) | 0;
    const wanted = 2 ** Math.ceil(Math.log2(Math.max(old * 2, used + 2 * recordBytes(length))));
    const capacity = Math.min(mostBytes, wanted);
    this.#segment.reserve(RING_DATA_OFFSET + old, capacity - old);
    for (let done = 0; done < used;) {
      const position = (head + done) | 0;
      const from = position & (old - 1);
      const to = position & (capacity - 1);
      const piece = Math.min(used - done, old - from);
      if (to !== from) this.#bytes.copyWithin(to, from, from + piece);
      done += piece;
    }
    Atomics.store(this.#words, CAPACITY, capacity);
  }

  /** Makes an empty ring small again and gives the rest back to the system. Under both mutexes. */
  shrink(capacity: number): void {
    const old = this.capacity;
    Atomics.store(this.#words, CAPACITY, capacity);
    this.#segment.giveBack(RING_DATA_OFFSET + capacity, old - capacity);
  }

  #wordAt(position: number): number {
    return this.#words[wordIndex(position & (this.capacity - 1))]!;
  }

  #corrupt(what: string): CorruptSegmentError {
    return new CorruptSegmentError(`The ring of ${this.#segment.reference} contradicts itself: ${what}`);
  }
}

function wordIndex(at: number): number {
  return (RING_DATA_OFFSET + at) >> 2;
}

function isCapacity(bytes: number): boolean {
  return bytes >= RING_FIRST_BYTES && bytes <= RING_MOST_BYTES && (bytes & (bytes - 1)) === 0;
}
