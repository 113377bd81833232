import { argumentError, received } from '@multiprocess/shared-memory';

/**
 * A bigint within limits.
 *
 * @throws {@link TypeError} if it is not a bigint.
 * @throws {@link RangeError} if it is outside the limits.
 */
export function checkBigint(name: string, value: unknown, min: bigint, max: bigint): bigint {
  if (typeof value === 'bigint' && value >= min && value <= max) return value;
  const wanted = `a bigint like 1n, from ${min} to ${max}`;
  if (typeof value !== 'bigint') throw argumentError(name, wanted, value);
  throw new RangeError(`${name} must be ${wanted}, received ${received(value)}`);
}
