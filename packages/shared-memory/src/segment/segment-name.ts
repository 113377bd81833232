import { argumentError } from '../arguments/check-type.js';
import { received } from '../arguments/received.js';
import { isRandomName } from '../base/random.js';
import { SEGMENT_FILE_PREFIX } from '../files/segment-file.js';
import { parseCellReference } from '../cells/cell-reference.js';

const REFERENCE = /^[^\0/]{1,200}$/;
/** The name of a lock that belongs to values. It follows from theirs: see cell-lock.ts of the package `values`. */
const LOCK_OF_VALUES = /^lock-of-[\da-f]{64}$/;

/**
 * The last part of the handle of an object with that name: the name as it stands in a URL.
 *
 * @throws {@link TypeError} if it is not a string.
 * @throws {@link RangeError} if it is empty, too long for the name of a file, or not well-formed text.
 */
export function toReference(name: unknown): string {
  if (typeof name !== 'string') throw argumentError('name', 'a string', name);
  const reference = /\p{Surrogate}/u.test(name) ? '' : encodeURIComponent(name); // which throws for half of a pair
  if (!isReference(reference)) {
    throw new RangeError(`name must have 1 to 200 characters once encoded as in a URL, received ${received(name)}`);
  }
  // A name that reads like a reference to a cell of a slab is written in another way that decodes to the same: %66 for f.
  if (parseCellReference(reference) === undefined) return reference;
  return `%${reference.charCodeAt(0).toString(16)}${reference.slice(1)}`;
}

/** Whether a file can have that name. */
export function isReference(reference: string): boolean {
  return REFERENCE.test(reference);
}

/** The name that a user gave the object; undefined if this toolkit chose it. */
export function givenName(reference: string): string | undefined {
  return isRandomName(reference) || LOCK_OF_VALUES.test(reference) ? undefined : decodeURIComponent(reference);
}

/** The prefix keeps the files of objects apart from the other files of the directory, whatever the user calls an object. */
export function segmentFileName(reference: string): string {
  return SEGMENT_FILE_PREFIX + reference;
}
