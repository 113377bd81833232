import { checkOneOf } from '@multiprocess/shared-memory';

/** The JavaScript type of each value type. 64-bit integers are bigints, since a number cannot hold them. */
export interface ValueTypes {
  i8: number;
  u8: number;
  i16: number;
  u16: number;
  i32: number;
  u32: number;
  i64: bigint;
  u64: bigint;
  f32: number;
  f64: number;
  bool: boolean;
}

/** The name of a type: `i` signed, `u` unsigned, `f` floating point, and the number of bits. */
export type ValueType = keyof ValueTypes;

/** The typed array of each value type. Booleans are bytes, 0 or 1. */
export interface ArrayTypes {
  i8: Int8Array<SharedArrayBuffer>;
  u8: Uint8Array<SharedArrayBuffer>;
  i16: Int16Array<SharedArrayBuffer>;
  u16: Uint16Array<SharedArrayBuffer>;
  i32: Int32Array<SharedArrayBuffer>;
  u32: Uint32Array<SharedArrayBuffer>;
  i64: BigInt64Array<SharedArrayBuffer>;
  u64: BigUint64Array<SharedArrayBuffer>;
  f32: Float32Array<SharedArrayBuffer>;
  f64: Float64Array<SharedArrayBuffer>;
  bool: Uint8Array<SharedArrayBuffer>;
}

// Shared memory stores the index of a type here, plus one. Never reorder them.
export const TYPE_NAMES: readonly ValueType[] = [
  'i8',
  'u8',
  'i16',
  'u16',
  'i32',
  'u32',
  'i64',
  'u64',
  'f32',
  'f64',
  'bool',
];

const BYTES: Record<ValueType, number> = {
  i8: 1,
  u8: 1,
  i16: 2,
  u16: 2,
  i32: 4,
  u32: 4,
  i64: 8,
  u64: 8,
  f32: 4,
  f64: 8,
  bool: 1,
};

/** Bytes of one value. */
export function bytesOf(type: ValueType): number {
  return BYTES[type];
}

/** Checks a type. @throws {@link TypeError} if there is no such type. */
export function checkType<T extends ValueType>(type: T): T {
  checkOneOf('type', type, TYPE_NAMES);
  return type;
}
