import { inspect } from 'node:util';

// What clients hand over is checked here as far as JavaScript would not say itself what is wrong: they may be of any
// version, written in any language, and have no types.

/** @throws {TypeError} If it cannot be iterated. */
export function listOf(value: unknown): unknown[] {
  if (typeof value === 'object' && value !== null && Symbol.iterator in value) return [...(value as Iterable<unknown>)];
  throw new TypeError(`An iterable of values is due, received ${show(value)}`);
}

/** @throws {TypeError} If it is no function. */
export function functionOf(value: unknown): (...args: unknown[]) => unknown {
  if (typeof value === 'function') return value as (...args: unknown[]) => unknown;
  throw new TypeError(`A function is due, a task or one whose source says all it needs; received ${show(value)}`);
}

/**
 * The index counted from the start.
 *
 * @param next whether the index behind the last one is one, too
 * @throws {RangeError} If there is no such index.
 */
export function indexOf(index: unknown, length: number, next?: 'or next'): number {
  const at = typeof index === 'number' && index < 0 ? index + length : index;
  if (typeof at === 'number' && Number.isInteger(at) && at >= 0 && at < length + (next === undefined ? 0 : 1))
    return at;
  throw new RangeError(`There is no index ${show(index)}: the length is ${length}`);
}

/** @throws {TypeError} If they cannot be added to each other. */
export function amountOf(value: unknown, amount: unknown): number | bigint {
  if (typeof value === 'number' && typeof amount === 'number') return value + amount;
  if (typeof value === 'bigint' && typeof amount === 'bigint') return value + amount;
  throw new TypeError(`Cannot add ${show(amount)} to ${show(value)}: both must be numbers, or both bigints`);
}

/** Milliseconds of a wait as a client sends them: null for ever. @throws {TypeError} If they are none. */
export function waitOf(timeout: unknown): number | null {
  if (timeout === undefined || timeout === null || timeout === Infinity) return null;
  if (typeof timeout === 'number' && !Number.isNaN(timeout)) return Math.max(0, timeout);
  throw new TypeError(`timeout must be a number of milliseconds, received ${show(timeout)}`);
}

export function show(value: unknown): string {
  return inspect(value, { depth: 0, maxStringLength: 60 });
}
