const NONE: readonly Uint8Array[] = [];

/** Where a part begins that is to come behind the first `length` bytes of a message. */
export function partPlace(length: number): number {
  return (length + 7) & ~7;
}

/**
 * Bytes on their way into a ring: the first `length` of `bytes`, then the parts, each at the next multiple of 8. Large
 * parts are copied once, from where they are into the ring.
 */
export class RingMessage {
  readonly bytes: Uint8Array;
  /** The same memory, if it begins with the first of them: short messages are copied by the word. */
  readonly words: Int32Array | undefined;
  readonly length: number;
  readonly parts: readonly Uint8Array[];
  /** The sender's mark for the consumer; usually 0. */
  readonly mark: number;
  /** Of all of it. */
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

  /** All of `bytes`. */
  static of(bytes: Uint8Array, mark = 0): RingMessage {
    return new RingMessage(bytes, bytes.byteLength, undefined, NONE, mark);
  }

  /** The same in memory of its own and in one piece. */
  copy(): RingMessage {
    const copy = Buffer.allocUnsafeSlow(this.byteLength);
    this.copyTo(copy, 0);
    return RingMessage.of(copy, this.mark);
  }

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
