import { types } from 'node:util';
import { isSparse, SHORT_ARRAY } from '../kinds/sparse-array.js';
import { isWellFormed } from '../values/is-well-formed.js';
import { objectsInherit } from '../values/inherited-properties.js';
import { Identities } from '../encode/identities.js';
import { MAX_DEPTH, MAX_MESSAGE_BYTES } from '../wire/limits.js';
import type { Shape } from './shape.js';
import { ShapeTable } from './shape-table.js';
import { enlarge } from './output-buffer.js';
import type { OutputBuffer } from './output-buffer.js';
import * as Token from './tokens.js';

/** The longest token with its number. */
const TOKEN_BYTES = 9;
/** UTF-8 of one unit of UTF-16. */
const MAX_UTF8_BYTES = 3;

/** Longer byte arrays are left to the encoder, which copies them only once. */
const MAX_BYTES = 2048;
/** For messages outside of a channel. */
const NONE = new ShapeTable({ length: 0, read: () => new Uint8Array(0), tryAppend: () => false });

/**
 * Writes plain values in one pass, and gives up at the first other value. Nothing is lost then: a value must be read only
 * once, and what was read is in {@link snapshot}.
 */
export class RecordWriter {
  readonly #identities = new Identities();
  /** By number, what was read of the objects met; null if reading failed. */
  readonly #copies: (object | null | undefined)[] = [];
  #buffer!: OutputBuffer;
  #bytes!: Buffer<ArrayBuffer>;
  #numbers!: DataView;
  #at = 0;
  #depth = 0;
  #shapes = NONE;

  /**
   * Writes the value at `at`.
   *
   * @returns where it ends, or -1 if it has something else than plain data. To be followed by {@link forget}
   */
  write(buffer: OutputBuffer, at: number, value: unknown, shapes: ShapeTable): number {
    // Properties that all objects inherit would be taken for their own: the other way of encoding asks each time.
    if (objectsInherit()) return -1;
    this.#buffer = buffer;
    this.#bytes = buffer.bytes;
    this.#numbers = buffer.numbers;
    this.#at = at;
    this.#depth = 0;
    this.#shapes = shapes;
    return this.#value(value, shapes.outside, 0) ? this.#at : -1;
  }

  /** What has been read of an object already: a copy, null if reading it failed, undefined if nothing. */
  readonly snapshot = (object: object): object | null | undefined => this.#copies[this.#identities.find(object)];

  /** Lets go of the value, and of the channel. */
  forget(): void {
    this.#shapes = NONE;
    const { count } = this.#identities;
    if (count === 0) return;
    for (let i = 0; i < count; i++) this.#copies[i] = undefined;
    if (count > 64) this.#copies.length = 64;
    this.#identities.truncate(0);
  }

  /** `guesses` of `owner` knows the shape that was found in this place the last time. */
  #value(value: unknown, owner: Shape, place: number): boolean {
    switch (typeof value) {
      case 'string':
        return this.#string(value);
      case 'number':
        return this.#number(value);
      case 'boolean':
        return this.#token(value ? Token.TRUE : Token.FALSE);
      case 'undefined':
        return this.#token(Token.UNDEFINED);
      case 'object':
        return value === null ? this.#token(Token.NIL) : this.#object(value, owner, place);
      default:
        return false;
    }
  }

  #token(token: number): boolean {
    if (this.#at >= this.#bytes.length) this.#makeRoom(1);
    this.#bytes[this.#at++] = token;
    return true;
  }

  #number(value: number): boolean {
    if (this.#at + TOKEN_BYTES > this.#bytes.length) this.#makeRoom(TOKEN_BYTES);
    const at = this.#at;
    if ((value | 0) !== value || Object.is(value, -0)) {
      this.#bytes[at] = Token.FLOAT_64;
      this.#numbers.setFloat64(at + 1, value, true);
      this.#at = at + 9;
    } else if (value <= Token.MAX_FIXINT && value >= Token.MIN_FIXINT) {
      this.#bytes[at] = value;
      this.#at = at + 1;
    } else {
      this.#bytes[at] = Token.INT_32;
      this.#numbers.setInt32(at + 1, value, true);
      this.#at = at + 5;
    }
    return true;
  }

  #string(value: string): boolean {
    const { length } = value;
    if (length > Token.MAX_FIXSTR) return this.#longString(value);
    const at = this.#at;
    if (at + 1 + length > this.#bytes.length) this.#makeRoom(1 + length);
    const bytes = this.#bytes;
    bytes[at] = Token.FIXSTR | length;
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code >= 0x80) return this.#longString(value);
      bytes[at + 1 + i] = code;
    }
    this.#at = at + 1 + length;
    return true;
  }

  #longString(value: string): boolean {
    this.#makeRoom(TOKEN_BYTES + MAX_UTF8_BYTES * value.length);
    const at = this.#at;
    const byteLength = this.#bytes.write(value, at + 5, 'utf8');
    if (byteLength !== value.length && !isWellFormed(value)) return false;
    this.#bytes[at] = Token.STR_32;
    this.#numbers.setUint32(at + 1, byteLength, true);
    this.#at = at + 5 + byteLength;
    return true;
  }

  #object(value: object, owner: Shape, place: number): boolean {
    const prototype: unknown = Object.getPrototypeOf(value);
    const isArray = prototype === Array.prototype && Array.isArray(value);
    if (!isArray && prototype !== Object.prototype) return this.#bytesOf(value, prototype);
    if (this.#depth >= MAX_DEPTH) return false;
    const number = this.#identities.count;
    if (this.#identities.meet(value) >= 0) return false;
    this.#copies[number] = null;
    this.#depth++;
    const written = isArray ? this.#array(value, number, owner, place) : this.#record(value, number, owner, place);
    this.#depth--;
    return written;
  }

  /** Short ones only, and not two of one buffer: those have their place in messages of the other kind. */
  #bytesOf(value: object, prototype: unknown): boolean {
    const isBuffer = prototype === Buffer.prototype;
    if (!isBuffer && prototype !== Uint8Array.prototype) return false;
    if (!ArrayBuffer.isView(value) || value.byteLength > MAX_BYTES) return false;
    const { buffer, byteLength } = value as Uint8Array;
    if (!types.isArrayBuffer(buffer) || this.#identities.meet(value) >= 0) return false;
    if (!isBuffer && this.#identities.meet(buffer) >= 0) return false;
    this.#makeRoom(TOKEN_BYTES + byteLength);
    this.#count(isBuffer ? Token.BUFFER_32 : Token.BYTES_32, byteLength);
    this.#bytes.set(value as Uint8Array, this.#at);
    this.#at += byteLength;
    return true;
  }

  #array(value: readonly unknown[], number: number, owner: Shape, place: number): boolean {
    const { length } = value;
    // It has as many properties as elements, and no element is missing: so it has no other properties.
    if (length <= SHORT_ARRAY ? Object.keys(value).length !== length : isSparse(value)) return false;
    const copy = new Array<unknown>(length);
    this.#copies[number] = copy;
    if (this.#at + TOKEN_BYTES > this.#bytes.length) this.#makeRoom(TOKEN_BYTES);
    if (length <= Token.MAX_FIXARRAY) this.#bytes[this.#at++] = Token.FIXARRAY | length;
    else this.#count(Token.ARRAY_32, length);
    for (let i = 0; i < length; i++) {
      const item = value[i];
      if (item === undefined && !(i in value)) return this.#copyRest(value, copy, i);
      copy[i] = item;
      if (!this.#value(item, owner, place)) return this.#copyRest(value, copy, i + 1);
    }
    return true;
  }

  /** Reads the elements from `begin` on, once, for the encoder that writes the array instead. */
  #copyRest(value: readonly unknown[], copy: unknown[], begin: number): false {
    for (let i = begin; i < value.length; i++) if (i in value) copy[i] = value[i];
    return false;
  }

  #record(value: object, number: number, owner: Shape, place: number): boolean {
    const copy = this.#copyOf(value);
    if (copy === null) return false;
    this.#copies[number] = copy;
    let shape = owner.guesses[place];
    if (!shape?.fits(copy)) {
      shape = this.#shapes.find(copy);
      if (shape === undefined) return this.#map(copy);
      owner.guesses[place] = shape;
    }
    if (this.#at + TOKEN_BYTES > this.#bytes.length) this.#makeRoom(TOKEN_BYTES);
    this.#bytes[this.#at++] = Token.RECORD;
    this.#bytes[this.#at++] = shape.id;
    let i = 0;
    for (const key in copy) if (!this.#value(copy[key], shape, i++)) return false;
    return true;
  }

  #copyOf(value: object): Record<string, unknown> | null {
    try {
      return { ...value };
    } catch {
      return null; // a getter threw, or a trap of a proxy: the encoder reads it again and says which
    }
  }

  #map(copy: Record<string, unknown>): boolean {
    const keys = Object.keys(copy);
    this.#makeRoom(TOKEN_BYTES);
    this.#count(Token.MAP_32, keys.length);
    for (const key of keys) {
      if (key === '__proto__' || !this.#string(key)) return false;
      if (!this.#value(copy[key], this.#shapes.outside, 1)) return false;
    }
    return true;
  }

  #count(token: number, count: number): void {
    this.#bytes[this.#at] = token;
    this.#numbers.setUint32(this.#at + 1, count, true);
    this.#at += 5;
  }

  #makeRoom(more: number): void {
    const needed = this.#at + more;
    if (needed <= this.#bytes.length) return;
    if (needed > MAX_MESSAGE_BYTES) throw new RangeError(`the message is longer than ${MAX_MESSAGE_BYTES} bytes`);
    enlarge(this.#buffer, needed, this.#at);
    this.#bytes = this.#buffer.bytes;
    this.#numbers = this.#buffer.numbers;
  }
}
