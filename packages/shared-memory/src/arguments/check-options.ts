import { isSharedObject } from '../base/shared-object.js';
import { argumentError } from './check-type.js';

/**
 * The options of a constructor or a call, checked. Otherwise `new Queue(10)` would silently ignore its argument.
 *
 * @param example valid options, for the message: `{ maxsize: 100 }`
 * @throws {@link TypeError} if they are given and are not a plain object.
 */
export function checkOptions<T extends object>(options: T | undefined, example: string): Partial<T> {
  if (options === undefined) return {};
  const given: unknown = options;
  if (typeof given === 'object' && given !== null && !Array.isArray(given) && !isSharedObject(given)) return options;
  throw argumentError('options', `an object like ${example}`, given);
}
