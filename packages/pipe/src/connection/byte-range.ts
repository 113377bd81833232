import { types } from 'node:util';
import { argumentError, checkInteger } from '@multiprocess/shared-memory';

/** Anything that is bytes: an `ArrayBuffer`, shared or not, or a view of one. */
export type Bytes = ArrayBufferView | ArrayBufferLike;

/**
 * The bytes themselves, without a copy.
 *
 * @param name of the argument
 * @throws {@link TypeError} if it is something else.
 */
export function bytesOf(name: string, value: Bytes): Uint8Array {
  if (types.isUint8Array(value)) return value;
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (types.isAnyArrayBuffer(value)) return new Uint8Array(value);
  throw argumentError(name, 'an ArrayBuffer or a view of one', value);
}

/** Part of the bytes, in bytes, whatever kind of view they came as. */
export function byteRange(bytes: Uint8Array, offset = 0, size?: number): Uint8Array {
  const start = checkInteger('offset', offset, { max: bytes.length, unit: 'bytes' });
  const room = bytes.length - start;
  const length = size === undefined ? room : checkInteger('size', size, { max: room, unit: 'bytes' });
  return start === 0 && length === bytes.length ? bytes : bytes.subarray(start, start + length);
}
