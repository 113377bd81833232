import { bigintCells } from './bigint-cells.js';
import { booleanCells } from './boolean-cells.js';
import { float32Cells, float64Cells } from './float-cells.js';
import { integerCells } from './integer-cells.js';
import type { Cells } from './cells.js';
import type { ArrayTypes, ValueType, ValueTypes } from './value-types.js';

/** Values of `type` at `byteOffset` of the buffer. */
export function cellsOf<T extends ValueType>(
  type: T,
  buffer: SharedArrayBuffer,
  byteOffset: number,
  length: number,
): Cells<ValueTypes[T], ArrayTypes[T]> {
  return makers[type](buffer, byteOffset, length) as Cells<ValueTypes[T], ArrayTypes[T]>;
}

const makers: Record<ValueType, (buffer: SharedArrayBuffer, byteOffset: number, length: number) => unknown> = {
  i8: (...place) => integerCells('i8', new Int8Array(...place)),
  u8: (...place) => integerCells('u8', new Uint8Array(...place)),
  i16: (...place) => integerCells('i16', new Int16Array(...place)),
  u16: (...place) => integerCells('u16', new Uint16Array(...place)),
  i32: (...place) => integerCells('i32', new Int32Array(...place)),
  u32: (...place) => integerCells('u32', new Uint32Array(...place)),
  i64: (...place) => bigintCells('i64', new BigInt64Array(...place)),
  u64: (...place) => bigintCells('u64', new BigUint64Array(...place)),
  f32: (...place) => float32Cells(...place),
  f64: (...place) => float64Cells(...place),
  bool: (...place) => booleanCells(new Uint8Array(...place)),
};
