import { CorruptSegmentError, received } from '@multiprocess/shared-memory';
import { canonicalKey, fromCanonicalKey } from './canonical-key.js';
import { hashWords } from './encoded-key.js';
import type { EncodedKey } from './encoded-key.js';
import { keyBytesIn, keyShape, keyTypeIn, MAX_KEY_BYTES } from '../words/layout.js';

// Types of keys, in SHAPE. Values of one type, and of one type only, have these bytes.
//   LATIN_1   a string of characters up to U+00FF, one byte each
//   UTF_16    any other string, two bytes each
//   INT       a whole number of 32 bits, which -0 counts as too: to a Map, it is 0
//   FLOAT     any other number
//   CONSTANT  undefined, null, false, true, as one byte
//   BIGINT    in decimal digits
//   DATA      arrays and plain objects, as text; see canonical-key.ts
const LATIN_1 = 1;
const UTF_16 = 2;
const INT = 3;
const FLOAT = 4;
const CONSTANT = 5;
const BIGINT = 6;
const DATA = 7;
const CONSTANTS = [undefined, null, false, true] as const;

/** Encodes keys of a map, and decodes them. */
export class KeyCodec {
  readonly #seed: number;
  // One scratch for all keys but those that are kept: nothing of the user's runs while it is in use.
  readonly #words = new Int32Array(MAX_KEY_BYTES / 4);
  readonly #buffer = Buffer.from(this.#words.buffer);
  readonly #floats = new Float64Array(this.#words.buffer, 0, 1);
  readonly #key = { hash: 0, shape: 0, words: this.#words, wordCount: 0 };

  constructor(seed: number) {
    this.#seed = seed;
  }

  /**
   * The key as it is stored, in memory that is valid until the next call.
   *
   * @throws {@link TypeError} if it is neither text, a number, a bigint, a boolean, null, undefined, nor plain data of these.
   * @throws {@link RangeError} if it is too long.
   */
  encode(key: unknown): EncodedKey {
    switch (typeof key) {
      case 'string':
        return this.#encodeString(key);
      case 'number':
        return this.#encodeNumber(key);
      case 'bigint':
        return this.#encodeUtf16(BIGINT, String(key), key);
      case 'object':
        return key === null ? this.#encodeConstant(key) : this.#encodeUtf16(DATA, canonicalKey(key), key);
      default:
        return this.#encodeConstant(key);
    }
  }

  /** A copy of an encoded key that stays valid. */
  static keep({ hash, shape, words, wordCount }: EncodedKey): EncodedKey {
    const copy = new Int32Array(wordCount); // not slice(), which would share the memory of a shared array
    copy.set(words.subarray(0, wordCount));
    return { hash, shape, words: copy, wordCount };
  }

  /** The key that was encoded. */
  static decode({ shape, words }: EncodedKey): unknown {
    const bytes = Buffer.from(words.buffer as ArrayBuffer, words.byteOffset, keyBytesIn(shape));
    return decodeKey(keyTypeIn(shape), bytes);
  }

  #encodeString(key: string): EncodedKey {
    const { length } = key;
    if (length > MAX_KEY_BYTES) throw tooLong(key, length);
    const words = this.#words;
    let word = 0;
    for (let i = 0; i < length; i++) {
      const code = key.charCodeAt(i);
      if (code > 0xff) return this.#encodeUtf16(UTF_16, key, key);
      word |= code << ((i & 3) << 3);
      if ((i & 3) !== 3) continue;
      words[i >> 2] = word;
      word = 0;
    }
    if ((length & 3) !== 0) words[length >> 2] = word;
    return this.#finish(LATIN_1, length);
  }

  #encodeUtf16(type: number, text: string, key: unknown): EncodedKey {
    const length = 2 * text.length;
    if (length > MAX_KEY_BYTES) throw tooLong(key, length);
    this.#words[length >> 2] = 0;
    this.#buffer.write(text, 0, 'utf16le');
    return this.#finish(type, length);
  }

  #encodeNumber(key: number): EncodedKey {
    if (key === (key | 0)) {
      this.#words[0] = key;
      return this.#finish(INT, 4);
    }
    this.#floats[0] = Number.isNaN(key) ? NaN : key;
    return this.#finish(FLOAT, 8);
  }

  #encodeConstant(key: unknown): EncodedKey {
    const constant = CONSTANTS.indexOf(key as null);
    if (constant < 0) {
      throw new TypeError(
        `key must be a string, a number, a bigint, a boolean, or an array or plain object of these, received ${received(key)}`,
      );
    }
    this.#words[0] = constant;
    return this.#finish(CONSTANT, 1);
  }

  #finish(type: number, byteLength: number): EncodedKey {
    const key = this.#key;
    key.shape = keyShape(type, byteLength);
    key.wordCount = (byteLength + 3) >> 2;
    key.hash = hashWords(this.#words, key.wordCount, this.#seed ^ key.shape);
    return key;
  }
}

function decodeKey(type: number, bytes: Buffer): unknown {
  if (type === LATIN_1) return bytes.toString('latin1');
  if (type === UTF_16) return bytes.toString('utf16le');
  if (type === INT && bytes.length === 4) return bytes.readInt32LE();
  if (type === FLOAT && bytes.length === 8) return bytes.readDoubleLE();
  if (type === CONSTANT && bytes.length === 1) return CONSTANTS[bytes[0]!];
  try {
    if (type === BIGINT) return BigInt(bytes.toString('utf16le'));
    if (type === DATA) return fromCanonicalKey(bytes.toString('utf16le'));
  } catch (cause) {
    throw new CorruptSegmentError('A key in a map cannot be read: its memory was overwritten', { cause });
  }
  throw new CorruptSegmentError(`A map has a key of the unknown type ${type}`);
}

function tooLong(key: unknown, byteLength: number): RangeError {
  return new RangeError(
    `key must take at most ${MAX_KEY_BYTES} bytes, received ${received(key)}, which takes ${byteLength}: use a hash of it as the key`,
  );
}
