import { inspect } from 'node:util';
import { isSharedObject } from '../handles/shared-object.js';

/**
 * The options of a constructor or a call, checked: what is none has no properties that anybody would miss, so a number, a
 * name or a lock in their place would be passed over without a word, and the object be another than was asked for.
 *
 * @param example what belongs there: `{ maxsize: 100 }`
 * @throws {TypeError} If they are given and no options.
 */
export function optionsOf<T extends object>(options: T | undefined, example: string): Partial<T> {
  if (options === undefined) return {};
  const given: unknown = options;
  if (typeof given === 'object' && given !== null && !Array.isArray(given) && !isSharedObject(given)) return options;
  throw new TypeError(
    `Options are an object like ${example}, received ${inspect(given, { depth: 0, maxStringLength: 60 })}`,
  );
}
