const NONE: readonly Uint8Array[] = [];

/** Where a part begins that follows the first `length` bytes of a message. */
export function partPlace(length: number): number {
  return (length + 7) & ~7;
}

/**
 * A message for a ring: the first `length` of `bytes`, then the parts, each at the next multiple of 8. Large parts are copied
 * only once, into the ring.
 */
export class RingMessage {
  readonly bytes: Uint8Array;
  /** The same memory as words, if `bytes` is at its start: short messages are copied by the word. */
  readonly words: Int32Array | undefined;
  readonly length: number;
  readonly parts: readonly Uint8Array[];
  /** The sender's mark for the consumer; usually 0. */
  readonly mark: number;
  /** Bytes of the whole message. */
  readonly byteLength: number;

  constructor(bytes: Uint8Array, length: number, words?: Int32Array, parts = NONE, mark = 0) {
    this.bytes = bytes;
    this.length = length;
    this.words = words;
    this.parts = parts;
    this.mark = mark;
    let end = length;
    if (parts !== NONE) for (const part of parts) end = partPlace(end) + part.byteLength;
    this.byteLength = end;
  }

  /** A message of all of `bytes`. */
  static of(bytes: Uint8Array, mark = 0): RingMessage {
    return new RingMessage(bytes, bytes.byteLength, undefined, NONE, mark);
  }

  /** A copy in memory of its own, in one piece. */
  copy(): RingMessage {
    const copy = Buffer.allocUnsafeSlow(this.byteLength);
    this.copyTo(copy, 0);
    return RingMessage.of(copy, this.mark);
  }

  /** Copies its bytes into `target`, from the byte `at` on. */
  copyTo(target: Uint8Array, at: number): void {
    const { bytes, length } = this;
    target.set(length === bytes.byteLength ? bytes : bytes.subarray(0, length), at);
    let end = length;
    for (const part of this.parts) {
      const place = partPlace(end);
      target.fill(0, at + end, at + place);
      target.set(part, at + place);
      end = place + part.byteLength;
    }
  }
}
