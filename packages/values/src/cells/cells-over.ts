import { cellsOf } from './cells-of.js';
import type { Cells } from './cells.js';
import { bytesOf } from './value-types.js';
import type { ArrayTypes, ValueType, ValueTypes } from './value-types.js';

// Typed arrays cost more than values, and the values of one slab need only one of each type. One table per thread.
const known = new WeakMap<SharedArrayBuffer, Map<ValueType, unknown>>();

/** For checking values before there is memory for them. */
export const NO_MEMORY = new SharedArrayBuffer(0);

/** The whole buffer as values of `type`, shared by all values in it. */
export function cellsOver<T extends ValueType>(
  type: T,
  buffer: SharedArrayBuffer,
): Cells<ValueTypes[T], ArrayTypes[T]> {
  let cells = known.get(buffer);
  if (cells === undefined) known.set(buffer, (cells = new Map<ValueType, unknown>()));
  let found = cells.get(type);
  if (found === undefined)
    cells.set(type, (found = cellsOf(type, buffer, 0, Math.floor(buffer.byteLength / bytesOf(type)))));
  return found as Cells<ValueTypes[T], ArrayTypes[T]>;
}
