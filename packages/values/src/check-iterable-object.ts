import { argumentError } from '@multiprocess/shared-memory';

/**
 * An iterable object. A string is refused: it would become a list of its characters, which is hardly what was meant.
 *
 * @throws {@link TypeError} if it is not one.
 */
export function checkIterableObject<V>(name: string, value: Iterable<V> | undefined, wanted: string): Iterable<V> {
  const given: unknown = value;
  if (typeof given === 'object' && given !== null && Symbol.iterator in given) return given as Iterable<V>;
  throw argumentError(name, wanted, given);
}
