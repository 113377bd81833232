import { SerializationError } from '@multiprocess/shared-memory';
import { MAX_DEPTH } from '../wire/limits.js';
import { BUFFERS_HEADER_BYTES, END_AT, HAS_BUFFERS, HEADER_BYTES } from '../wire/wire.js';

/** The type of msgpackr's extension for integers of more than 64 bits. */
const BIG_INTEGER = 0x42;
/** A tagged array is one level, an array of the value and the table of buffers another. */
const MAX_LEVELS = MAX_DEPTH + 2;

/**
 * Checks that a message has nothing but what {@link encode} writes: msgpackr reads more, from structures that are defined
 * on the way to properties whose names are numbers. What is not MessagePack is left to the decoder.
 *
 * @throws {@link SerializationError} if there is anything else.
 */
export function checkMessage(bytes: Uint8Array): void {
  const hasBuffers = bytes.length > BUFFERS_HEADER_BYTES && (bytes[0]! & HAS_BUFFERS) !== 0;
  const start = hasBuffers ? BUFFERS_HEADER_BYTES : HEADER_BYTES;
  const end = hasBuffers ? Math.min(uint(bytes, END_AT, 4), bytes.length) : bytes.length;
  if (new Check(bytes, end).value(start, 0) !== end) fail(end, 'it does not end where its value does');
}

class Check {
  readonly #bytes: Uint8Array;
  readonly #end: number;

  constructor(bytes: Uint8Array, end: number) {
    this.#bytes = bytes;
    this.#end = end;
  }

  /** Where the value ends that begins at `at`. */
  value(at: number, level: number): number {
    if (level > MAX_LEVELS) fail(at, `nested more than ${MAX_DEPTH} levels deep`);
    const token = this.#uint(at, 1);
    const next = at + 1;
    if (token < 0x80 || token >= 0xe0) return next;
    if (token < 0x90) return this.#map(next, token & 0x0f, level);
    if (token < 0xa0) return this.#array(next, token & 0x0f, level);
    if (token < 0xc0) return this.#skip(next, token & 0x1f);
    switch (token) {
      case 0xc0: // nil
      case 0xc2: // false
      case 0xc3: // true
        return next;
      case 0xc7: // ext 8, 16, 32
      case 0xc8:
      case 0xc9:
        return this.#extension(next + widthOf(token, 0xc7), this.#uint(next, widthOf(token, 0xc7)));
      case 0xca: // float 32, 64
      case 0xcb:
        return this.#skip(next, 4 << (token - 0xca));
      case 0xcc: // uint 8, 16, 32, 64
      case 0xcd:
      case 0xce:
      case 0xcf:
        return this.#skip(next, 1 << (token - 0xcc));
      case 0xd0: // int 8, 16, 32, 64
      case 0xd1:
      case 0xd2:
      case 0xd3:
        return this.#skip(next, 1 << (token - 0xd0));
      case 0xd4: // fixext 1, 2, 4, 8, 16
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return this.#extension(next, 1 << (token - 0xd4));
      case 0xd9: // str 8, 16, 32
      case 0xda:
      case 0xdb:
        return this.#skip(next + widthOf(token, 0xd9), this.#uint(next, widthOf(token, 0xd9)));
      case 0xdc: // array 16, 32
      case 0xdd:
        return this.#array(next + (2 << (token - 0xdc)), this.#uint(next, 2 << (token - 0xdc)), level);
      case 0xde: // map 16, 32
      case 0xdf:
        return this.#map(next + (2 << (token - 0xde)), this.#uint(next, 2 << (token - 0xde)), level);
      default:
        return fail(at, 'a token that is never written');
    }
  }

  #map(at: number, size: number, level: number): number {
    let next = at;
    for (let i = 0; i < size; i++) {
      const token = this.#uint(next, 1);
      const isString = (token >= 0xa0 && token < 0xc0) || (token >= 0xd9 && token <= 0xdb);
      if (!isString) fail(next, 'the name of a property is not a string');
      next = this.value(this.value(next, level + 1), level + 1);
    }
    return next;
  }

  #array(at: number, length: number, level: number): number {
    let next = at;
    for (let i = 0; i < length; i++) next = this.value(next, level + 1);
    return next;
  }

  /** Undefined, which has one byte, or an integer. */
  #extension(at: number, length: number): number {
    const type = this.#uint(at, 1);
    if (type !== BIG_INTEGER && (type !== 0 || length !== 1)) fail(at, 'an unknown extension');
    return this.#skip(at + 1, length);
  }

  #skip(at: number, length: number): number {
    if (length > this.#end - at) fail(at, `more bytes are due than the ${this.#end - at} that are there`);
    return at + length;
  }

  #uint(at: number, width: number): number {
    this.#skip(at, width);
    return uint(this.#bytes, at, width);
  }
}

function uint(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let i = at; i < at + width; i++) value = value * 0x100 + bytes[i]!;
  return value;
}

/** Of a length: 1, 2 or 4 bytes, for the first of three tokens and those after it. */
function widthOf(token: number, first: number): number {
  return 1 << (token - first);
}

function fail(at: number, reason: string): never {
  throw new SerializationError(`The message is damaged at byte ${at}: ${reason}`);
}
