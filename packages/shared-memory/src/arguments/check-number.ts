import { received } from './received.js';

/** The limits of a number. */
export interface NumberLimits {
  /** The smallest allowed. Default: 0. */
  readonly min?: number;
  /** The largest allowed. Default: no limit, for whole numbers `Number.MAX_SAFE_INTEGER`. */
  readonly max?: number;
  /** What it counts, for the message: `items`, `bytes`, `milliseconds`. Default: not mentioned. */
  readonly unit?: string;
}

/**
 * A whole number within limits.
 *
 * @param name of the argument or option, as the caller wrote it
 * @throws {@link TypeError} if it is not a number.
 * @throws {@link RangeError} if it is not whole, or outside the limits.
 */
export function checkInteger(name: string, value: unknown, limits: NumberLimits = {}): number {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = limits;
  if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) return value as number;
  throw numberError(name, value, `a whole number${unitOf(limits)}${rangeOf(min, max, Number.MAX_SAFE_INTEGER)}`);
}

/**
 * Modes of files, from none to `max`, which a message shows as they are written: `0o777`.
 *
 * @throws {@link TypeError} or {@link RangeError} as {@link checkInteger} does
 */
export function checkMode(name: string, value: unknown, max: number): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max) return value as number;
  throw numberError(name, value, `a whole number from 0o0 to 0o${max.toString(8)}`);
}

/**
 * A number within limits, `NaN` excluded.
 *
 * @throws {@link TypeError} if it is not a number.
 * @throws {@link RangeError} if it is NaN, or outside the limits.
 */
export function checkNumber(name: string, value: unknown, limits: NumberLimits = {}): number {
  const { min = 0, max = Infinity } = limits;
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw numberError(name, value, `a number${unitOf(limits)}${rangeOf(min, max, Infinity)}`);
}

function unitOf({ unit }: NumberLimits): string {
  return unit === undefined ? '' : ` of ${unit}`;
}

function rangeOf(min: number, max: number, limit: number): string {
  if (min === -Infinity) return '';
  return max === limit ? ` from ${min} on` : ` from ${min} to ${max}`;
}

function numberError(name: string, value: unknown, wanted: string): TypeError | RangeError {
  const message = `${name} must be ${wanted}, received ${received(value)}`;
  return typeof value === 'number' ? new RangeError(message) : new TypeError(message);
}
