import { SerializationError } from '@multiprocess/shared-memory';
import { asciiText } from './ascii-text.js';
import { KeyCache } from './key-cache.js';
import { Extension, Token } from './wire.js';

/** Up to here a loop over the bytes beats a call into the runtime. */
const SHORT_STRING = 48;
const EMPTY = new Uint8Array(0);

// Doubles are put together here, byte by byte, because a DataView for each message would cost more than decoding it.
// Every platform that Node is made for has the least significant byte first, but for two of IBM's, which are not supported.
const double = new Float64Array(1);
const doubleBytes = new Uint8Array(double.buffer);

/** Reads tokens from bytes that may be anything. */
export abstract class Reader {
  readonly #keys = new KeyCache();
  #bytes: Uint8Array = EMPTY;
  #text: Buffer | undefined;
  #end = 0;
  position = 0;

  protected open(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#end = bytes.length;
    this.position = 0;
  }

  /** Keeps nothing alive. */
  protected close(): void {
    this.#bytes = EMPTY;
    this.#text = undefined;
  }

  fail(reason: string): never {
    throw new SerializationError(`The message is damaged at byte ${this.position}: ${reason}`);
  }

  atEnd(): boolean {
    return this.position === this.#end;
  }

  /** How many bytes are left. */
  get remaining(): number {
    return this.#end - this.position;
  }

  /** Makes the end `length` bytes from here; what it returns is for {@link widen}. */
  narrow(length: number): number {
    this.#need(length);
    const outer = this.#end;
    this.#end = this.position + length;
    return outer;
  }

  widen(end: number): void {
    this.#end = end;
  }

  byte(): number {
    if (this.position >= this.#end) this.fail('it ends too early');
    return this.#bytes[this.position++] as number;
  }

  uint16(): number {
    this.#need(2);
    const bytes = this.#bytes;
    const at = this.position;
    this.position = at + 2;
    return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  }

  uint32(): number {
    return this.uint16() * 0x10000 + this.uint16();
  }

  float64(): number {
    this.#need(8);
    const bytes = this.#bytes;
    const at = this.position;
    for (let i = 0; i < 8; i++) doubleBytes[7 - i] = bytes[at + i] as number;
    this.position = at + 8;
    return double[0] as number;
  }

  bigint64(): bigint {
    return BigInt.asIntN(64, (BigInt(this.uint32()) << 32n) | BigInt(this.uint32()));
  }

  /** A string of `length` bytes of UTF-8. */
  text(length: number): string {
    this.#need(length);
    const at = this.position;
    this.position = at + length;
    if (length > SHORT_STRING) return this.#longText(at, at + length);
    return asciiText(this.#bytes, at, length) ?? this.#longText(at, at + length);
  }

  #longText(begin: number, end: number): string {
    const bytes = this.#bytes;
    this.#text ??= Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this.#text.toString('utf8', begin, end);
  }

  /** A short string that is likely to come again, or undefined if what comes is anything else. */
  key(): string | undefined {
    const at = this.position;
    const length = (this.#bytes[at] as number) - Token.FIX_STR;
    if (!(length >= 0 && length < 32)) return undefined;
    this.#need(length + 1);
    const known = this.#keys.find(this.#bytes, at + 1, length);
    if (known !== undefined) {
      this.position = at + 1 + length;
      return known;
    }
    this.position = at + 1;
    return this.#keys.add(this.#bytes, at + 1, length, this.text(length));
  }

  /** All that is left, copied. */
  rest(): Uint8Array<ArrayBuffer> {
    const at = this.position;
    this.position = this.#end;
    return new Uint8Array(this.#bytes.subarray(at, this.#end));
  }

  skipHole(): boolean {
    const at = this.position;
    if (this.#bytes[at] !== Token.FIX_EXT_1 || this.#bytes[at + 1] !== Extension.HOLE) return false;
    this.#need(3);
    this.position = at + 3;
    return true;
  }

  #need(count: number): void {
    if (count > this.#end - this.position) this.fail(`${count} bytes are due, ${this.remaining} are there`);
  }
}
