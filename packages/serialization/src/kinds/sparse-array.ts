import { inspect } from 'node:util';
import { defineOwn } from '../values/define-own.js';
import { Tag } from '../wire/wire.js';
import type { Kind } from './kind.js';

/** Up to this length, listing all keys of an array is the fastest way to learn whether it has any besides its indexes. */
export const SHORT_ARRAY = 128;
/** How many elements of a longer array are looked at. */
const SAMPLES = 16;
const MAX_LENGTH = 2 ** 32 - 1;

/**
 * Whether an array is better written as its properties: it has others than its elements, as the result of a match, or
 * far fewer elements than `length` says.
 */
export function isSparse(array: readonly unknown[]): boolean {
  const { length } = array;
  if (length > SHORT_ARRAY) return isLongSparse(array);
  const keys = Object.keys(array);
  // As many keys as elements may be fewer elements and another property, which then is the last.
  return keys.length !== length || (length > 0 && keys[length - 1] !== String(length - 1));
}

function isLongSparse(array: readonly unknown[]): boolean {
  if (hasNamedProperties(array)) return true;
  const stride = Math.floor(array.length / SAMPLES);
  for (let i = 0; i < array.length; i += stride) if (!(i in array)) return Object.keys(array).length < array.length / 2;
  return false;
}

/** In a time that does not depend on the length: nothing in JavaScript itself lists the other properties without the indexes. */
function hasNamedProperties(array: readonly unknown[]): boolean {
  const outline = inspect(array, { maxArrayLength: 0, depth: 0, customInspect: false, breakLength: Infinity });
  return !/^\[ \.\.\. \d+ more items \]$/.test(outline) && Object.keys(array).some((key) => !/^\d+$/.test(key));
}

/** The length, and the names and values of the properties, until a null comes. */
export const sparseArray: Kind<readonly unknown[]> = {
  tag: Tag.SPARSE_ARRAY,

  encode(to, array, level) {
    to.value(array.length);
    for (const key of Object.keys(array)) {
      to.step(level, /^\d+$/.test(key) ? Number(key) : key);
      to.value(key);
      to.value((array as unknown as Record<string, unknown>)[key]);
    }
    to.value(null);
  },

  decode(from) {
    const length = from.natural();
    if (length > MAX_LENGTH) return from.fail('no array has so many elements');
    const array = from.register<unknown[]>([]);
    // By way of the largest length, V8 makes a table of what is there; else it would make room for what is not.
    array.length = MAX_LENGTH;
    array.length = length;
    for (let key = from.value(); key !== null; key = from.value()) {
      if (typeof key !== 'string' || key === 'length') return from.fail('the name of a property was due');
      defineOwn(array, key, from.value());
    }
    if (array.length !== length) return from.fail('an element lies beyond the end of its array');
    return array;
  },
};
