import { argumentError } from './check-type.js';

/**
 * Checks that a value is iterable.
 *
 * @param name of the argument, as the caller wrote it
 * @throws {@link TypeError} if it is not.
 */
export function checkIterable<T>(name: string, iterable: Iterable<T>): Iterable<T> {
  const given: unknown = iterable;
  if (given !== undefined && given !== null && typeof (given as Iterable<T>)[Symbol.iterator] === 'function')
    return iterable;
  throw argumentError(name, 'an iterable, an array for example', given);
}
