import { argumentError, checkFunction } from '../arguments/check-type.js';
import { received } from '../arguments/received.js';

/** @throws {@link TypeError} if it cannot be iterated, or is a string. */
export function listOf(name: string, value: unknown): unknown[] {
  if (typeof value === 'object' && value !== null && Symbol.iterator in value) return [...(value as Iterable<unknown>)];
  throw argumentError(name, 'an iterable, an array for example', value);
}

/** @throws {@link TypeError} if it is not a function. */
export function functionOf(name: string, value: unknown): (...args: unknown[]) => unknown {
  checkFunction(name, value, 'a task, or a function whose source says all it needs');
  return value as (...args: unknown[]) => unknown;
}

/**
 * The index counted from the start.
 *
 * @param next whether the index behind the last one will do
 * @throws {@link RangeError} if there is no such index.
 */
export function indexOf(index: unknown, length: number, next?: 'or next'): number {
  const at = typeof index === 'number' && index < 0 ? index + length : index;
  const end = next === undefined ? length : length + 1;
  if (typeof at === 'number' && Number.isInteger(at) && at >= 0 && at < end) return at;
  if (typeof index !== 'number') throw argumentError('index', 'a whole number', index);
  throw new RangeError(
    `index must be a place among ${length}, counted from 0, or from the end by negative numbers, received ${received(index)}`,
  );
}

/** @throws {@link TypeError} if it can be added to nothing. */
export function checkAmount(amount: unknown): void {
  if (typeof amount !== 'number' && typeof amount !== 'bigint')
    throw argumentError('amount', 'a number or a bigint', amount);
}

/** @throws {@link TypeError} if they cannot be added to each other. */
export function amountOf(value: unknown, amount: unknown): number | bigint {
  if (typeof value === 'number' && typeof amount === 'number') return value + amount;
  if (typeof value === 'bigint' && typeof amount === 'bigint') return value + amount;
  throw argumentError(
    'amount',
    `a number for a number, or a bigint for a bigint: the value is ${received(value)}`,
    amount,
  );
}
