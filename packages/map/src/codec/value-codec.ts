import { types } from 'node:util';
import { CorruptSegmentError, HAND_OVER, isSharedMemory, shownClass, takeTransfers } from '@multiprocess/shared-memory';
import type { SharedObject } from '@multiprocess/shared-memory';
import { decode, encode, shortString } from '@multiprocess/serialization';

// Types of values, in SHAPE. What is small or common is stored as it is; all else is a message of the serializer.
//   UNDEFINED, NULL, FALSE, TRUE   no bytes
//   INT       a whole number of 32 bits, but not -0
//   FLOAT     any other number
//   LATIN_1   a string of characters up to U+00FF, one byte each
//   UTF_16    any other string, two bytes each
//   BYTES     a Uint8Array
//   MESSAGE   anything else
//   LEASE     no value: a thread loads it. See fetch/leases.ts
const UNDEFINED = 0;
const NULL = 1;
const FALSE = 2;
const TRUE = 3;
const INT = 4;
const FLOAT = 5;
const LATIN_1 = 6;
const UTF_16 = 7;
export const BYTES = 8;
const MESSAGE = 9;
export const LEASE = 16;

const CONSTANTS = [undefined, null, false, true] as const;
/** Plain messages up to this length are copied to memory that is used again, with views that are made once: making both costs as much as decoding. */
const SCRATCH_BYTES = 512;
/** Up to this many characters, a loop is faster than a call that is not JavaScript. */
const LOOP_LENGTH = 48;
const BEYOND_LATIN_1 = /[^\0-\u00ff]/;

/** A value as it is stored: its type, its length, and where its bytes come from. */
export interface EncodedValue {
  readonly type: number;
  readonly byteLength: number;
  /** A number or a string as such, other values as bytes. */
  readonly content: number | string | Uint8Array | undefined;
}

/** What was copied of a stored value; {@link ValueCodec.decode} makes the value of it. */
export type RawValue = unknown;

/** Encodes values of a map into its memory, and decodes them. */
export class ValueCodec {
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #buffer: Buffer;
  readonly #plain = plainMark();
  readonly #pair = new Int32Array(2);
  readonly #float = new Float64Array(this.#pair.buffer);
  readonly #scratch = new Int32Array(SCRATCH_BYTES / 4 + 1); // so that no view is all of it
  readonly #views: (Uint8Array | undefined)[] = new Array<undefined>(SCRATCH_BYTES + 1).fill(undefined);

  constructor(buffer: SharedArrayBuffer) {
    this.#words = new Int32Array(buffer, 0, buffer.byteLength >>> 2);
    this.#bytes = new Uint8Array(buffer);
    this.#buffer = Buffer.from(buffer as unknown as ArrayBuffer);
  }

  /**
   * The value as it is stored, valid until this thread encodes another. Getters and hooks of the value's run meanwhile.
   *
   * @throws {@link SerializationError} if something in it cannot be stored; its `path` leads there.
   */
  static encode(value: unknown): EncodedValue {
    switch (typeof value) {
      case 'string': {
        const { length } = value;
        if (isLatin1(value)) return { type: LATIN_1, byteLength: length, content: value };
        return { type: UTF_16, byteLength: 2 * length, content: value };
      }
      case 'number':
        if (value === (value | 0) && !Object.is(value, -0)) return { type: INT, byteLength: 4, content: value };
        return { type: FLOAT, byteLength: 8, content: value };
      case 'undefined':
        return { type: UNDEFINED, byteLength: 0, content: undefined };
      case 'boolean':
        return { type: value ? TRUE : FALSE, byteLength: 0, content: undefined };
      case 'object':
        if (value === null) return { type: NULL, byteLength: 0, content: undefined };
        if (isPlainBytes(value)) return { type: BYTES, byteLength: value.byteLength, content: value };
        return encodeMessage(value);
      default:
        return encodeMessage(value);
    }
  }

  /** Writes a value into the memory from that word on. */
  write({ type, byteLength, content }: EncodedValue, word: number): void {
    if (type === INT) this.#words[word] = content as number;
    else if (type === FLOAT) {
      this.#float[0] = content as number;
      this.#words[word] = this.#pair[0]!;
      this.#words[word + 1] = this.#pair[1]!;
    } else if (type === LATIN_1) this.#writeLatin1(content as string, word * 4);
    else if (type === UTF_16) this.#buffer.write(content as string, word * 4, byteLength, 'utf16le');
    else if (type >= BYTES) this.#bytes.set(content as Uint8Array, word * 4);
  }

  /**
   * Copies a value out of the memory, which is valid until the next call. Other threads may write there: then what it returns is not
   * to be used.
   */
  read(type: number, word: number, byteLength: number): RawValue {
    const at = word * 4;
    if (byteLength < 0 || at + byteLength > this.#bytes.length) return undefined;
    if (type === INT) return this.#words[word];
    if (type === FLOAT) {
      this.#pair[0] = this.#words[word]!;
      this.#pair[1] = this.#words[word + 1]!;
      return this.#float[0];
    }
    if (type === LATIN_1) {
      if (byteLength <= LOOP_LENGTH) return shortString(this.#bytes, at, byteLength);
      return this.#buffer.toString('latin1', at, at + byteLength);
    }
    if (type === UTF_16) return this.#buffer.toString('utf16le', at, at + byteLength);
    if (type < BYTES) return CONSTANTS[type];
    if (type === MESSAGE && byteLength <= SCRATCH_BYTES && this.#bytes[at] === this.#plain)
      return this.#copy(word, byteLength);
    const copy = new Uint8Array(byteLength);
    copy.set(this.#bytes.subarray(at, at + byteLength));
    return copy;
  }

  /** Whether what was copied can be a value of that type, which was read from shared memory. */
  static isWhole(type: number, raw: RawValue): boolean {
    return type <= MESSAGE && (raw !== undefined || type === UNDEFINED);
  }

  /** The value that {@link read} copied. Hooks of classes run meanwhile. @throws {@link CorruptSegmentError} if it is not one. */
  static decode(type: number, raw: RawValue): unknown {
    if (!ValueCodec.isWhole(type, raw)) {
      throw new CorruptSegmentError(
        `A map has a value of type ${type} that its memory cannot have: it was overwritten`,
      );
    }
    if (type < MESSAGE) return raw;
    const bytes = raw as Uint8Array;
    return decode(bytes, { owned: bytes.byteLength === bytes.buffer.byteLength });
  }

  /** Whether the stored value at that word has the same bytes. Under the lock of its bucket. */
  holds(
    { type, byteLength, content }: EncodedValue,
    shown: { type: number; word: number; byteLength: number },
  ): boolean {
    if (type !== shown.type || byteLength !== shown.byteLength) return false;
    if (type < INT) return true;
    const raw = this.read(type, shown.word, byteLength);
    if (type < BYTES) return Object.is(raw, content);
    return Buffer.compare(raw as Uint8Array, content as Uint8Array) === 0;
  }

  #copy(word: number, byteLength: number): Uint8Array {
    const scratch = this.#scratch;
    const count = (byteLength + 3) >> 2;
    for (let i = 0; i < count; i++) scratch[i] = this.#words[word + i]!;
    return (this.#views[byteLength] ??= new Uint8Array(scratch.buffer, 0, byteLength));
  }

  #writeLatin1(text: string, at: number): void {
    const { length } = text;
    if (length > LOOP_LENGTH) this.#buffer.write(text, at, length, 'latin1');
    else for (let i = 0; i < length; i++) this.#bytes[at + i] = text.charCodeAt(i);
  }
}

/** Whether a message is of plain data, so that decoding it runs no code of the user's. */
export function isPlainMessage(bytes: Uint8Array): boolean {
  return bytes[0] === plainMark();
}

// A constant of the serializer; found when it is first needed, so that importing this package encodes nothing.
let mark: number | undefined;

/** The first byte of a message of plain data. */
function plainMark(): number | undefined {
  return (mark ??= encode([])[0]);
}

function encodeMessage(value: unknown): EncodedValue {
  const content = encode(value, refuseSharedObject);
  takeTransfers()?.cancel();
  return { type: MESSAGE, byteLength: content.byteLength, content };
}

function isLatin1(text: string): boolean {
  if (text.length > LOOP_LENGTH) return !BEYOND_LATIN_1.test(text);
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return false;
  return true;
}

/** That of this realm: bytes of another one take the general way, to the same result. */
const OWN_BYTES: unknown = Uint8Array.prototype;

/** Whether it is a `Uint8Array` and nothing more, over memory of this process. */
function isPlainBytes(value: object): value is Uint8Array {
  const prototype: unknown = Object.getPrototypeOf(value);
  return types.isUint8Array(value) && prototype === OWN_BYTES && !isSharedMemory(value.buffer);
}

/** Nothing would keep the object alive while only the map has its handle; and what is handed over has one receiver, a get has many. */
function refuseSharedObject(object: SharedObject, refuse: (reason: string) => never): never {
  const shown = shownClass(object);
  if (!(HAND_OVER in object)) {
    return refuse(
      `an instance of ${shown}, which a map cannot keep alive: store its name or its handle, and keep it open meanwhile`,
    );
  }
  const bytes = 'bytes' in object ? ', or store a copy of its bytes' : '';
  return refuse(
    `an instance of ${shown}, which has one owner at a time, and a map is for all: put it into a queue or send it through a pipe${bytes}`,
  );
}
