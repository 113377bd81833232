/**
 * A number of permits to release.
 *
 * @throws {TypeError} If it is no number.
 * @throws {RangeError} If it is no whole number from 1 on.
 */
export function permitsOf(n: number): number {
  if (typeof n !== 'number') throw new TypeError(`n must be a number of permits, received ${String(n)} (${typeof n})`);
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`n must be a whole number from 1 on, received ${n}`);
  return n;
}

/**
 * A number of permits to begin with.
 *
 * @throws {TypeError} If it is no number.
 * @throws {RangeError} If it is no whole number from 0 to `most`.
 */
export function initialPermitsOf(value: number, most: number): number {
  if (typeof value !== 'number') {
    throw new TypeError(`value must be a number of permits, received ${String(value)} (${typeof value})`);
  }
  if (!Number.isInteger(value) || value < 0 || value > most) {
    throw new RangeError(`value must be a whole number from 0 to ${most}, received ${value}`);
  }
  return value;
}
