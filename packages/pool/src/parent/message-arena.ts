import type { TransferList } from '@multiprocess/shared-memory';
import { TASK_HEADER_BYTES } from '../wire/messages.js';

const SHARED_BYTES = 65_536;
const MAX_SHARED_BYTES = 4096;

/** A message. Its header is written each time it is sent. */
export interface Message {
  /** The objects that are transferred with it, if any. */
  readonly transfers: TransferList | undefined;
  /** All of it. */
  readonly bytes: Uint8Array;
  /** The memory of its header, and the index of the header's first word. */
  readonly words: Int32Array;
  readonly at: number;
}

/**
 * Memory for messages. Small ones share a buffer, because a buffer for each costs more than all the rest of sending it. The
 * buffer is freed with the last of its messages.
 */
export class MessageArena {
  #words = new Int32Array(0);
  #bytes = new Uint8Array(0);
  #used = 0;

  /** A copy of `body` behind an empty header. */
  message(body: Uint8Array, transfers?: TransferList): Message {
    const byteLength = TASK_HEADER_BYTES + body.byteLength;
    if (byteLength > MAX_SHARED_BYTES) return messageIn(new ArrayBuffer((byteLength + 7) & ~7), body, transfers);
    if (this.#used + byteLength > this.#bytes.byteLength) {
      const buffer = new ArrayBuffer(SHARED_BYTES);
      this.#words = new Int32Array(buffer);
      this.#bytes = new Uint8Array(buffer);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used = (start + byteLength + 7) & ~7; // aligned like the records of a ring; else they would be copied byte by byte
    this.#bytes.set(body, start + TASK_HEADER_BYTES);
    return { transfers, bytes: this.#bytes.subarray(start, start + byteLength), words: this.#words, at: start >> 2 };
  }
}

function messageIn(buffer: ArrayBuffer, body: Uint8Array, transfers: TransferList | undefined): Message {
  const bytes = new Uint8Array(buffer, 0, TASK_HEADER_BYTES + body.byteLength);
  bytes.set(body, TASK_HEADER_BYTES);
  return { transfers, bytes, words: new Int32Array(buffer), at: 0 };
}
