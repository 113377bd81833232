import { SerializationError } from '@multiprocess/shared-memory';
import { setOwn } from '../values/define-own.js';
import { MAX_DEPTH } from '../wire/limits.js';
import { shortString } from './short-strings.js';
import type { ShapeTable } from './shape-table.js';
import * as Token from './tokens.js';

/** An array that claims to be longer grows only as its elements come. */
const MAX_ROOM = 1024;

/** Reads what {@link RecordWriter} writes. Other bytes give some value, or throw, in time proportional to their number. */
export class RecordReader {
  #bytes: Uint8Array = new Uint8Array(0);
  #text: Buffer = Buffer.alloc(0);
  #numbers = new DataView(this.#bytes.buffer);
  #at = 0;
  #end = 0;
  #depth = 0;
  #shapes: ShapeTable | undefined;

  /** The value of the message between `start` and `end`. */
  read(bytes: Uint8Array, start: number, end: number, shapes: ShapeTable): unknown {
    if (bytes !== this.#bytes) this.#look(bytes);
    this.#at = start;
    this.#end = end;
    this.#depth = 0;
    this.#shapes = shapes;
    try {
      const value = this.value();
      if (this.#at !== end) fail('it does not end where its value does');
      return value;
    } finally {
      this.#shapes = undefined; // with it, the channel's segment would be kept
    }
  }

  /** The next value. */
  value(): unknown {
    // What is read beyond the end of the bytes or of the message is thrown away at the end.
    const token = this.#bytes[this.#at++]!;
    if (token < 0x80) return token;
    if ((token & ~Token.MAX_FIXSTR) === Token.FIXSTR) return this.#fixedString(token & Token.MAX_FIXSTR);
    if (token >= 0xe0) return token - 0x100;
    if ((token & ~Token.MAX_FIXARRAY) === Token.FIXARRAY) return this.#array(token & Token.MAX_FIXARRAY);
    switch (token) {
      case Token.RECORD:
        return this.#record();
      case Token.FLOAT_64:
        return this.#numbers.getFloat64(this.#skip(8), true);
      case Token.INT_32:
        return this.#numbers.getInt32(this.#skip(4), true);
      case Token.TRUE:
        return true;
      case Token.FALSE:
        return false;
      case Token.NIL:
        return null;
      case Token.UNDEFINED:
        return undefined;
      case Token.STR_32:
        return this.#string(this.#count());
      case Token.BYTES_32:
        return this.#copyOf(this.#count());
      case Token.BUFFER_32:
        return Buffer.from(this.#copyOf(this.#count()).buffer);
      case Token.ARRAY_32:
        return this.#array(this.#count());
      case Token.MAP_32:
        return this.#map(this.#count());
      default:
        return fail('a token that is never written');
    }
  }

  #fixedString(length: number): string {
    return shortString(this.#bytes, this.#skip(length), length);
  }

  #string(length: number): string {
    const at = this.#skip(length);
    return this.#text.toString('utf8', at, at + length);
  }

  #copyOf(length: number): Uint8Array<ArrayBuffer> {
    const at = this.#skip(length);
    return new Uint8Array(this.#bytes.subarray(at, at + length));
  }

  #array(length: number): unknown[] {
    if (length > this.#end - this.#at)
      fail(`an array of more elements than the ${this.#end - this.#at} bytes that are there`);
    this.#enter();
    const array = length <= MAX_ROOM ? new Array<unknown>(length) : [];
    if (length <= MAX_ROOM) for (let i = 0; i < length; i++) array[i] = this.value();
    else for (let i = 0; i < length; i++) array.push(this.value());
    this.#depth--;
    return array;
  }

  #record(): object {
    this.#enter();
    const object = this.#shapes!.shape(this.#bytes[this.#at++]!).read(this);
    this.#depth--;
    return object;
  }

  #map(size: number): object {
    if (size > this.#end - this.#at)
      fail(`an object of more properties than the ${this.#end - this.#at} bytes that are there`);
    this.#enter();
    const object: Record<string, unknown> = {};
    for (let i = 0; i < size; i++) {
      const key = this.value();
      if (typeof key !== 'string' || key === '__proto__') fail('the name of a property is not valid');
      setOwn(object, key, this.value());
    }
    this.#depth--;
    return object;
  }

  #count(): number {
    return this.#numbers.getUint32(this.#skip(4), true);
  }

  /** Where the next `length` bytes begin. */
  #skip(length: number): number {
    const at = this.#at;
    if (length > this.#end - at) fail(`more bytes are due than the ${this.#end - at} that are there`);
    this.#at = at + length;
    return at;
  }

  #enter(): void {
    if (this.#at > this.#end) fail('it ends too early');
    if (++this.#depth > MAX_DEPTH) fail(`nested more than ${MAX_DEPTH} levels deep`);
  }

  #look(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#text = Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
    this.#numbers = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}

function fail(reason: string): never {
  throw new SerializationError(`The message is damaged: ${reason}`);
}
