import type { TransferList } from '@multiprocess/shared-memory';
import { TASK_HEADER_BYTES } from '../wire/messages.js';

const SHARED_BYTES = 65_536;
const LARGEST_SHARED_BYTES = 4096;

/** A message whose header is written, again and again, when it is sent. */
export interface Message {
  /** What is given away in it, if anything. */
  readonly parcels: TransferList | undefined;
  /** All of it. */
  readonly bytes: Uint8Array;
  /** Memory with its header in it, and where that begins. */
  readonly words: Int32Array;
  readonly at: number;
}

/**
 * Memory for messages that wait. Small ones share it, because memory of its own for each costs more than all the rest
 * of sending it; what is shared goes when the last of them has.
 */
export class MessageArena {
  #words = new Int32Array(0);
  #bytes = new Uint8Array(0);
  #used = 0;

  /** A copy of `body` behind an empty header. */
  message(body: Uint8Array, parcels?: TransferList): Message {
    const byteLength = TASK_HEADER_BYTES + body.byteLength;
    if (byteLength > LARGEST_SHARED_BYTES) return messageIn(new ArrayBuffer((byteLength + 7) & ~7), body, parcels);
    if (this.#used + byteLength > this.#bytes.byteLength) {
      const buffer = new ArrayBuffer(SHARED_BYTES);
      this.#words = new Int32Array(buffer);
      this.#bytes = new Uint8Array(buffer);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used = (start + byteLength + 7) & ~7; // aligned as records of a ring are, or copying goes byte by byte
    this.#bytes.set(body, start + TASK_HEADER_BYTES);
    return { parcels, bytes: this.#bytes.subarray(start, start + byteLength), words: this.#words, at: start >> 2 };
  }
}

function messageIn(buffer: ArrayBuffer, body: Uint8Array, parcels: TransferList | undefined): Message {
  const bytes = new Uint8Array(buffer, 0, TASK_HEADER_BYTES + body.byteLength);
  bytes.set(body, TASK_HEADER_BYTES);
  return { parcels, bytes, words: new Int32Array(buffer), at: 0 };
}
