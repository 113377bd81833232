import { CorruptSegmentError } from '../base/errors.js';
import type { OwnerMutex } from '../wait/owner-mutex.js';
import { DEFINITIONS, DEFINITIONS_BYTES, DEFINITIONS_END } from './ring-layout.js';

/**
 * Bytes that the messages of a ring refer to, so that they need not be in each message. They are only added to, never
 * changed. The serializer knows what they mean, and checks them.
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

  /** How many bytes there are now. Never decreases. */
  get length(): number {
    const length = Atomics.load(this.#words, DEFINITIONS_END);
    if (length >= 0 && length <= DEFINITIONS_BYTES) return length;
    throw new CorruptSegmentError(`The ring contradicts itself: ${length} bytes of definitions`);
  }

  /** A copy of the bytes from `start` on. */
  read(start: number): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(start, this.length));
  }

  /** Adds bytes behind the first `length`. Returns false if there are more by now, no room, or another thread is putting. */
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
