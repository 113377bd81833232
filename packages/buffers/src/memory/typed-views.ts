import { checkOneOf } from '@multiprocess/shared-memory';

/** The typed array for each type: `i` signed, `u` unsigned, `f` floating point, and the number of bits. */
export interface ViewTypes {
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
}

/** The name of a type, as for a `SharedArray`. */
export type ViewType = keyof ViewTypes;

/** A typed array's class, for shared memory. */
interface ArrayClass {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: SharedArrayBuffer, byteOffset: number, length: number): ViewTypes[ViewType];
}

const ARRAYS: Record<ViewType, ArrayClass> = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
  f32: Float32Array,
  f64: Float64Array,
};

const TYPES = Object.keys(ARRAYS) as readonly ViewType[];

/** A view of as many whole values as the bytes have. @throws {@link TypeError} if there is no such type. */
export function typedView(type: ViewType, buffer: SharedArrayBuffer, byteLength: number): ViewTypes[ViewType] {
  checkOneOf('type', type, TYPES);
  const Type = ARRAYS[type];
  return new Type(buffer, 0, Math.floor(byteLength / Type.BYTES_PER_ELEMENT));
}
