import { RECORD_HEADER_BYTES, recordBytes } from './ring-layout.js';
import { RingMessage } from './ring-message.js';

/** The memory that a run is written to. It may be replaced by larger memory with the same contents. */
export interface RunMemory {
  readonly bytes: Uint8Array;
  /** The same memory. */
  readonly words: Int32Array;
}

/** Small messages laid out as they will lie in the ring, so that one copy puts them there. */
export class RingRun {
  readonly #memory: RunMemory;
  readonly #begin: number;
  /** Where each record ends. */
  readonly #ends: number[] = [];
  #end: number;

  /** `begin` is a multiple of 8. */
  constructor(memory: RunMemory, begin: number) {
    this.#memory = memory;
    this.#begin = begin;
    this.#end = begin;
  }

  get bytes(): Uint8Array {
    return this.#memory.bytes;
  }

  get count(): number {
    return this.#ends.length;
  }

  get end(): number {
    return this.#end;
  }

  get byteLength(): number {
    return this.#end - this.#begin;
  }

  /** Where to write the bytes of the next message. */
  get place(): number {
    return this.#end + RECORD_HEADER_BYTES;
  }

  /** Makes a record of the `length` bytes that have been written to {@link place}. */
  add(length: number): void {
    const { words } = this.#memory;
    const start = this.#end >> 2;
    words[start] = length;
    words[start + 1] = 0;
    this.#end += recordBytes(length);
    this.#ends.push(this.#end);
  }

  /** Where record `index` begins. */
  startOf(index: number): number {
    return index === 0 ? this.#begin : this.#ends[index - 1]!;
  }

  /** One more than the last record, from `index` on, that ends within `room` bytes. */
  fitting(index: number, room: number): number {
    const max = this.startOf(index) + room;
    let low = index;
    let high = this.#ends.length;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#ends[middle - 1]! <= max) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Message `index` by itself. */
  message(index: number): RingMessage {
    const start = this.startOf(index);
    const place = start + RECORD_HEADER_BYTES;
    return RingMessage.of(this.bytes.subarray(place, place + this.#memory.words[start >> 2]!));
  }
}
