import { CorruptSegmentError } from '../base/errors.js';
import type { OwnerMutex } from '../wait/owner-mutex.js';
import { DEFINITIONS, DEFINITIONS_BYTES, DEFINITIONS_END } from './ring-layout.js';

/**
 * What the messages of a ring refer to, so that it need not be in each: bytes that are only ever added to. What they
 * mean, and whether they mean anything, is for the serializer to say.
 */
export class RingDefinitions {
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #producers: OwnerMutex;

  constructor(words: Int32Array, producers: OwnerMutex) {
    this.#words = words;
    this.#bytes = new Uint8Array(words.buffer, words.byteOffset + DEFINITIONS * 4, DEFINITIONS_BYTES);
    this.#producers = producers;
  }

  /** How many bytes there are now. Never less afterwards. */
  get length(): number {
    const length = Atomics.load(this.#words, DEFINITIONS_END);
    if (length >= 0 && length <= DEFINITIONS_BYTES) return length;
    throw new CorruptSegmentError(`The ring contradicts itself: ${length} bytes of definitions`);
  }

  /** A copy of the bytes from `start` on. */
  read(start: number): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(start, this.length));
  }

  /** Adds bytes behind the first `length`, unless there are more by now, there is no room, or another thread is in the way. */
  tryAppend(length: number, bytes: Uint8Array): boolean {
    if (length + bytes.byteLength > DEFINITIONS_BYTES || !this.#producers.tryLock()) return false;
    try {
      if (this.length !== length) return false;
      this.#bytes.set(bytes, length);
      Atomics.store(this.#words, DEFINITIONS_END, length + bytes.byteLength);
      return true;
    } finally {
      this.#producers.unlock();
    }
  }
}
