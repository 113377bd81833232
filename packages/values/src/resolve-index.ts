import { argumentError, received } from '@multiprocess/shared-memory';

/**
 * The index, counted from the start. A negative one counts from the end.
 *
 * @throws {@link TypeError} if it is not a number.
 * @throws {@link RangeError} if it is not whole, or outside on either side.
 */
export function resolveIndex(index: number, length: number): number {
  if (typeof index !== 'number') throw argumentError('index', 'a whole number', index);
  const at = index < 0 ? index + length : index;
  if (Number.isInteger(at) && at >= 0 && at < length) return at;
  throw new RangeError(`index must be a whole number within the length of ${length}, received ${received(index)}`);
}
