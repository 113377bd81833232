import { defineOwn } from '../define-own.js';
import { Extension } from '../wire.js';
import type { Kind } from './kind.js';

/** Up to here every array is looked at in full; it costs less than a tenth of a microsecond. */
const SMALL = 32;
/** How many elements of a longer array are looked at. */
const SAMPLES = 16;
const LARGEST_LENGTH = 2 ** 32 - 1;

/**
 * Whether an array is better written as its properties: it has others than its elements, as the result of a match, or
 * far fewer elements than `length` says. Of long arrays only samples are taken, since V8 has nothing faster than listing every index.
 */
export function isSparse(array: readonly unknown[]): boolean {
  const { length } = array;
  if (length <= SMALL) return Object.keys(array).length !== length;
  const stride = Math.floor(length / SAMPLES);
  for (let i = 0; i < length; i += stride) if (!(i in array)) return Object.keys(array).length < length / 2;
  return false;
}

/** The length, and the names and values of the properties, until a null comes. */
export const sparseArray: Kind<readonly unknown[]> = {
  extension: Extension.SPARSE_ARRAY,

  encode(to, array, level) {
    to.number(array.length);
    for (const key of Object.keys(array)) {
      to.step(level, /^\d+$/.test(key) ? Number(key) : key);
      to.value(key);
      to.value((array as unknown as Record<string, unknown>)[key]);
    }
    to.value(null);
  },

  decode(from) {
    const length = from.natural();
    if (length > LARGEST_LENGTH) return from.fail(`no array has ${length} elements`);
    const array = from.register<unknown[]>([]);
    // By way of the largest length, V8 makes a table of what is there; else it would make room for what is not.
    array.length = LARGEST_LENGTH;
    array.length = length;
    for (let key = from.value(); key !== null; key = from.value()) {
      if (typeof key !== 'string' || key === 'length') return from.fail('the name of a property was due');
      defineOwn(array, key, from.value());
    }
    if (array.length !== length) return from.fail('an element lies beyond the end of its array');
    return array;
  },
};
