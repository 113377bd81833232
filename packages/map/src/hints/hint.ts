import { decode } from '@multiprocess/serialization';
import type { EncodedKey } from '../codec/encoded-key.js';
import { BYTES as BYTES_TYPE, isPlainMessage, ValueCodec } from '../codec/value-codec.js';
import type { Reader } from '../table/reader.js';
import { keyBytesIn } from '../words/layout.js';

// How a value is made of what a hint keeps. Each time a new one, which shares nothing that can be changed with the hint or with other
// values: a caller may do with it what it wants.
//   AS_IS     it cannot be changed
//   OBJECT    a plain object whose properties cannot: a copy has its prototype and the order of its properties
//   ARRAY     an array whose items cannot
//   BYTES     bytes, of which there are copies
//   MESSAGE   anything else: decoded, without a view of the kept bytes
const AS_IS = 0;
const OBJECT = 1;
const ARRAY = 2;
const BYTES = 3;
const MESSAGE = 4;

/** What a hint takes beside its key and its value, and what these take for each of their bytes, roughly. */
const HINT_BYTES = 160;
const BYTES_OF_BYTE = 3;

/** What a thread remembers of an entry that it has read: where it was, and what its value is made of. */
export class Hint {
  readonly key: unknown;
  /** Bytes that it takes, roughly. */
  byteLength = 0;
  bucket = 0;
  unit = 0;
  /** When the entry expires; 0 for never. */
  expires = 0;
  /** VERSION and EPOCH when it was read. */
  version = 0;
  epoch = 0;
  #stamp = 0;
  #way = AS_IS;
  #content: unknown = undefined;

  /** Of the entry that the reader has found. */
  constructor(key: unknown, encoded: EncodedKey, reader: Reader) {
    this.key = key;
    this.renew(encoded, reader);
  }

  /** Becomes the hint of the entry that the reader has found, which is of the same key. */
  renew({ shape }: EncodedKey, reader: Reader): void {
    const { type, raw } = reader;
    this.byteLength = HINT_BYTES + (keyBytesIn(shape) + reader.length) * BYTES_OF_BYTE;
    this.bucket = reader.bucket;
    this.unit = reader.unit;
    this.expires = reader.expires;
    this.version = reader.version;
    this.epoch = reader.epoch;
    this.#stamp = reader.stamp;
    if (type < BYTES_TYPE) this.#keep(AS_IS, ValueCodec.decode(type, raw));
    else this.#keepBytes(type, new Uint8Array(raw as Uint8Array));
  }

  /** Whether the reader has found the same entry: its bucket may have changed, but it has not. */
  isOf({ unit, stamp, epoch }: Reader): boolean {
    return this.unit === unit && this.#stamp === stamp && this.epoch === epoch;
  }

  /** The value. Hooks of classes may run. */
  value(): unknown {
    switch (this.#way) {
      case AS_IS:
        return this.#content;
      case OBJECT:
        return { ...(this.#content as object) };
      case ARRAY:
        return (this.#content as unknown[]).slice();
      case BYTES:
        return new Uint8Array(this.#content as Uint8Array);
      default:
        return decode(this.#content as Uint8Array, { owned: false });
    }
  }

  #keepBytes(type: number, bytes: Uint8Array): void {
    if (type === BYTES_TYPE) {
      this.#keep(BYTES, bytes);
      return;
    }
    const value = isPlainMessage(bytes) ? decode(bytes, { owned: false }) : undefined;
    if (isFlat(value)) this.#keep(Array.isArray(value) ? ARRAY : OBJECT, value);
    else this.#keep(MESSAGE, bytes);
  }

  #keep(way: number, content: unknown): void {
    this.#way = way;
    this.#content = content;
  }
}

/** Whether it is an object, and nothing in it is one. */
function isFlat(value: unknown): value is object {
  return isObject(value) && !Object.values(value).some(isObject);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
