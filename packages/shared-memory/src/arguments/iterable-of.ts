import { inspect } from 'node:util';

/**
 * What must be an iterable, checked.
 *
 * @param name what the caller calls it
 * @throws {TypeError} If it is none, with what was received.
 */
export function iterableOf<T>(iterable: Iterable<T>, name: string): Iterable<T> {
  const given: unknown = iterable;
  if (given !== undefined && given !== null && typeof (given as Iterable<T>)[Symbol.iterator] === 'function')
    return iterable;
  throw new TypeError(`${name} must be an iterable, an array for example, received ${inspect(given, { depth: 0 })}`);
}
