import { show } from './show.js';

/**
 * The index, counted from the start.
 *
 * @throws {TypeError | RangeError} If it is no whole number, or outside on either side.
 */
export function indexIn(index: number, length: number): number {
  if (typeof index !== 'number') throw new TypeError(`An index is a whole number, received ${show(index)}`);
  const at = index < 0 ? index + length : index;
  if (Number.isInteger(at) && at >= 0 && at < length) return at;
  throw new RangeError(`There is no index ${index}: the length is ${length}`);
}
