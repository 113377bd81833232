import { types } from 'node:util';
import { argumentError, received } from '@multiprocess/shared-memory';
import { checkBigint } from './cells/check-bigint.js';

/** A value that a slot can hold. */
export type SlotValue = number | bigint | boolean | string | Uint8Array | null;

/** A value as bytes of a slot. */
export interface EncodedSlot {
  readonly type: number;
  readonly bytes: Uint8Array;
}

// The types in a slot's word. Never change them. 0 is a slot that was never written.
const NUMBER = 1;
const BIGINT = 2;
const BOOLEAN = 3;
const STRING = 4;
const BYTES = 5;
const NULL = 6;

const MIN_BIGINT = -(2n ** 63n);
const MAX_BIGINT = 2n ** 63n - 1n;
const NOTHING = new Uint8Array(0);

/** Encodes a value. A string becomes UTF-8. @throws {@link TypeError} or {@link RangeError} if a slot cannot hold it. */
export function encodeSlot(value: unknown, name = 'value'): EncodedSlot {
  if (value === null) return { type: NULL, bytes: NOTHING };
  switch (typeof value) {
    case 'number':
      return { type: NUMBER, bytes: new Uint8Array(Float64Array.of(value).buffer) };
    case 'bigint':
      checkBigint(name, value, MIN_BIGINT, MAX_BIGINT);
      return { type: BIGINT, bytes: new Uint8Array(BigInt64Array.of(value).buffer) };
    case 'boolean':
      return { type: BOOLEAN, bytes: Uint8Array.of(Number(value)) };
    case 'string':
      return { type: STRING, bytes: encodeText(value, name) };
    default:
      if (types.isUint8Array(value)) return { type: BYTES, bytes: value };
      throw argumentError(name, 'a number, a bigint, a boolean, a string, a Uint8Array or null', value);
  }
}

/** Decodes a value; undefined if the bytes are not valid. `bytes` is a copy that no other thread writes to. */
export function decodeSlot(type: number, bytes: Uint8Array<ArrayBuffer>): SlotValue | undefined {
  switch (type) {
    case NULL:
      return null;
    case NUMBER:
      return bytes.length === 8 ? new Float64Array(bytes.buffer)[0] : undefined;
    case BIGINT:
      return bytes.length === 8 ? new BigInt64Array(bytes.buffer)[0] : undefined;
    case BOOLEAN:
      return bytes[0] === 1;
    case STRING:
      return Buffer.from(bytes.buffer).toString('utf8');
    case BYTES:
      return bytes;
    default:
      return undefined;
  }
}

function encodeText(text: string, name: string): Uint8Array {
  if (!/\p{Surrogate}/u.test(text)) return Buffer.from(text, 'utf8');
  throw new TypeError(`${name} must be text without half of a surrogate pair, received ${received(text)}`);
}
