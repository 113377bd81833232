import { inspect, types } from 'node:util';

/** Anything that is bytes: an `ArrayBuffer`, shared or not, or a view of one. */
export type Bytes = ArrayBufferView | ArrayBufferLike;

/**
 * The bytes themselves, without a copy.
 *
 * @throws {TypeError} If it is nothing of the kind.
 */
export function bytesOf(value: Bytes): Uint8Array {
  if (types.isUint8Array(value)) return value;
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (types.isAnyArrayBuffer(value)) return new Uint8Array(value);
  throw new TypeError(`Bytes must be an ArrayBuffer or a view of one, received ${inspect(value, { depth: 0 })}`);
}

/** Part of the bytes, in bytes, whatever kind of view they came as. */
export function byteRange(bytes: Uint8Array, offset: number | undefined, size: number | undefined): Uint8Array {
  const start = checkByteCount('offset', offset ?? 0);
  if (start > bytes.length) throw new RangeError(`offset must be at most ${bytes.length}, received ${start}`);
  const length = checkByteCount('size', size ?? bytes.length - start);
  if (start + length > bytes.length) {
    throw new RangeError(`offset + size must be at most ${bytes.length}, received ${start} + ${length}`);
  }
  return start === 0 && length === bytes.length ? bytes : bytes.subarray(start, start + length);
}

/** A number of bytes; a `RangeError` that names the option if it is none. */
export function checkByteCount(option: string, value: number): number {
  if (typeof value !== 'number') throw new TypeError(`${option} must be a number of bytes, received ${inspect(value)}`);
  if (!Number.isInteger(value) || value < 0) {
    throw new RangeError(`${option} must be a whole number of bytes from 0 on, received ${value}`);
  }
  return value;
}
