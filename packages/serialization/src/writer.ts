import { MAX_MESSAGE_BYTES } from './limits.js';
import { Extension, Token } from './wire.js';

const INITIAL_BYTES = 64 * 1024;
/** A scratch buffer longer than this is given away with its message instead of being kept for the next. */
const KEPT_BYTES = 1024 * 1024;
/** Views of fewer bytes are made once: making one costs as much as writing five characters. */
const VIEWS_KEPT = 256;
/** Room there always is before `limit`, for any token of fixed size. */
const HEADROOM = 16;
/** Up to here a loop over the characters beats a call into the runtime. */
const SHORT_STRING = 32;

// ES2024, which every supported Node has and the compiler's ES2023 library does not.
type WellFormed = string & { isWellFormed(): boolean };

/** Writes MessagePack into a scratch buffer that grows. */
export abstract class Writer {
  #bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #views: (Uint8Array | undefined)[] = new Array<undefined>(VIEWS_KEPT).fill(undefined);
  #limit = INITIAL_BYTES - HEADROOM;
  /** How much has been written. Set it back to take back what was written since. */
  position = 0;

  abstract fail(reason: string): never;

  /** What was written: a view of the scratch buffer, valid until {@link position} is set back. */
  written(): Uint8Array {
    const { buffer } = this.#bytes;
    this.shrink();
    if (this.position >= VIEWS_KEPT) return new Uint8Array(buffer, 0, this.position);
    return (this.#views[this.position] ??= new Uint8Array(buffer, 0, this.position));
  }

  /** Lets go of a scratch buffer that grew for a message that came to nothing. */
  protected shrink(): void {
    if (this.#bytes.length > KEPT_BYTES) this.#use(Buffer.allocUnsafeSlow(INITIAL_BYTES));
  }

  /** Makes room for `count` bytes, and for any token after them. */
  reserve(count: number): void {
    if (this.position + count <= this.#limit) return;
    const needed = this.position + count + HEADROOM;
    if (needed > MAX_MESSAGE_BYTES) this.fail(`the message is longer than ${MAX_MESSAGE_BYTES} bytes`);
    const grown = Buffer.allocUnsafeSlow(Math.min(MAX_MESSAGE_BYTES, Math.max(needed, this.#bytes.length * 2)));
    grown.set(this.#bytes.subarray(0, this.position));
    this.#use(grown);
  }

  #use(bytes: Buffer<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#views.fill(undefined);
    this.#view = new DataView(bytes.buffer);
    this.#limit = bytes.length - HEADROOM;
  }

  byte(value: number): void {
    this.#bytes[this.position++] = value;
  }

  /** Like {@link byte}, at a place that was written before. */
  patchByte(at: number, value: number): void {
    this.#bytes[at] = value;
  }

  uint32(value: number): void {
    this.#view.setUint32(this.position, value);
    this.position += 4;
  }

  patchUint32(at: number, value: number): void {
    this.#view.setUint32(at, value);
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.#bytes.set(bytes, this.position);
    this.position += bytes.length;
  }

  /** Goes on to the next multiple of `alignment`. */
  pad(alignment: number): void {
    this.reserve(alignment);
    while (this.position % alignment !== 0) this.byte(0);
  }

  number(value: number): void {
    const at = this.position;
    const bytes = this.#bytes;
    if ((value | 0) === value && (value !== 0 || 1 / value > 0)) {
      if (value >= 0 ? value < 0x80 : value >= -0x20) {
        bytes[at] = value;
        this.position = at + 1;
      } else if (value >= -0x80 && value < 0x100) {
        bytes[at] = value < 0 ? Token.INT_8 : Token.UINT_8;
        bytes[at + 1] = value;
        this.position = at + 2;
      } else if (value >= -0x8000 && value < 0x10000) {
        bytes[at] = value < 0 ? Token.INT_16 : Token.UINT_16;
        bytes[at + 1] = value >> 8;
        bytes[at + 2] = value;
        this.position = at + 3;
      } else {
        bytes[at] = Token.INT_32;
        this.#view.setInt32(at + 1, value);
        this.position = at + 5;
      }
    } else {
      bytes[at] = Token.FLOAT_64;
      this.#view.setFloat64(at + 1, value);
      this.position = at + 9;
    }
  }

  string(value: string): void {
    const { length } = value;
    if (length < SHORT_STRING) {
      this.reserve(SHORT_STRING);
      const bytes = this.#bytes;
      const at = this.position + 1;
      let i = 0;
      for (; i < length; i++) {
        const code = value.charCodeAt(i);
        if (code >= 0x80) break;
        bytes[at + i] = code;
      }
      if (i === length) {
        bytes[at - 1] = Token.FIX_STR | length;
        this.position = at + length;
        return;
      }
    }
    this.#utf(value, length);
  }

  #utf(value: string, length: number): void {
    if (!(value as WellFormed).isWellFormed()) {
      const start = this.beginExtension(Extension.UTF_16);
      this.raw(Buffer.from(value, 'utf16le'));
      this.endExtension(start);
      return;
    }
    const most = length * 3;
    this.reserve(most + 5);
    const header = this.position;
    // The length is known only after writing, so its field is as wide as the longest outcome needs.
    const width = most < 0x20 ? 0 : most < 0x100 ? 1 : most < 0x10000 ? 2 : 4;
    const count = this.#bytes.write(value, header + 1 + width, 'utf8');
    if (width === 0) this.#bytes[header] = Token.FIX_STR | count;
    else {
      this.#bytes[header] = width === 1 ? Token.STR_8 : width === 2 ? Token.STR_16 : Token.STR_32;
      this.#bytes.writeUIntBE(count, header + 1, width);
    }
    this.position = header + 1 + width + count;
  }

  bigint(value: bigint): void {
    if (BigInt.asIntN(64, value) === value) {
      this.byte(Token.INT_64);
      this.#view.setBigInt64(this.position, value);
      this.position += 8;
      return;
    }
    const digits = (value < 0n ? -value : value).toString(16);
    const start = this.beginExtension(Extension.BIGINT);
    this.byte(value < 0n ? Token.TRUE : Token.FALSE);
    this.raw(Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex'));
    this.endExtension(start);
  }

  arrayHeader(length: number): void {
    if (length < 0x10) return this.byte(Token.FIX_ARRAY | length);
    this.byte(Token.ARRAY_32);
    this.uint32(length);
  }

  /** An extension without a payload worth mentioning. */
  mark(extension: number): void {
    this.byte(Token.FIX_EXT_1);
    this.byte(extension);
    this.byte(0);
  }

  /** Begins an extension whose length {@link endExtension} fills in, given what this returns. */
  beginExtension(extension: number): number {
    this.reserve(HEADROOM);
    this.byte(Token.EXT_32);
    const start = this.position;
    this.position += 4;
    this.byte(extension);
    return start;
  }

  endExtension(start: number): void {
    this.patchUint32(start, this.position - start - 5);
  }

  /** Begins a map whose size {@link endMap} fills in, given what this returns. */
  beginMap(): number {
    const start = this.position;
    this.#bytes[start] = Token.MAP_16;
    this.position = start + 3;
    return start;
  }

  endMap(start: number, size: number): void {
    const bytes = this.#bytes;
    if (size < 0x10000) {
      bytes[start + 1] = size >> 8;
      bytes[start + 2] = size;
      return;
    }
    this.reserve(2);
    this.#bytes.copyWithin(start + 5, start + 3, this.position);
    this.#bytes[start] = Token.MAP_32;
    this.patchUint32(start + 1, size);
    this.position += 2;
  }
}
