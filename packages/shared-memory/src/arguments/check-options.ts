import { isSharedObject } from '../base/shared-object.js';
import { argumentError } from './check-type.js';
import { checkKnown } from './known-options.js';

/** Of all members, if there are several. */
type NamesOf<T> = T extends unknown ? keyof T & string : never;

/**
 * The options of a constructor or a call, checked. Otherwise `new Queue(10)` would silently ignore its argument.
 *
 * @param example valid options, for the message: `{ maxsize: 100 }`
 * @param known the names of all options
 * @throws {@link TypeError} if they are given and are not a plain object, or one has a name that is not known.
 */
export function checkOptions<T extends object>(
  options: T | undefined,
  example: string,
  known: readonly NamesOf<T>[],
): Partial<T> {
  if (options === undefined) return {};
  checkKnown(checkRecord(options, example), known);
  return options;
}

/** Like {@link checkOptions}, where the names of the options have been checked, or will be. */
export function checkRecord<T extends object>(options: T, example: string): T {
  const given: unknown = options;
  if (typeof given === 'object' && given !== null && !Array.isArray(given) && !isSharedObject(given)) return options;
  throw argumentError('options', `an object like ${example}`, given);
}
