/**
 * Checks a number of permits to release.
 *
 * @throws {TypeError} If it is not a number.
 * @throws {RangeError} If it is not a whole number from 1 on.
 */
export function checkPermits(n: number): number {
  if (typeof n !== 'number') throw new TypeError(`n must be a number of permits, received ${String(n)} (${typeof n})`);
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`n must be a whole number from 1 on, received ${n}`);
  return n;
}

/**
 * Checks a number of permits to begin with.
 *
 * @throws {TypeError} If it is not a number.
 * @throws {RangeError} If it is not a whole number from 0 to `max`.
 */
export function checkInitialPermits(value: number, max: number): number {
  if (typeof value !== 'number') {
    throw new TypeError(`value must be a number of permits, received ${String(value)} (${typeof value})`);
  }
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new RangeError(`value must be a whole number from 0 to ${max}, received ${value}`);
  }
  return value;
}
