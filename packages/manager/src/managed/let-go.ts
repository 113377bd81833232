import { types } from 'node:util';
import { HAND_OVER, hasReceived, isPlainObject } from '@multiprocess/shared-memory';
import type { SharedObject } from '@multiprocess/shared-memory';

/**
 * Closes what has one owner at a time, such as a `SharedBuffer` or an end of a pipe, in a value that a container no longer has. Otherwise
 * it would come back when this process collects garbage, which an idle one does not.
 *
 * Not in instances of classes, whose insides are their own, nor in other containers, which clients may still have.
 *
 * @param kept what takes the value's place, and may have parts of it
 */
export function letGo(dropped: unknown, kept?: unknown): void {
  if (!hasReceived() || dropped === kept) return;
  const closing = ownedIn(dropped);
  if (closing.size === 0) return;
  for (const one of ownedIn(kept)) closing.delete(one);
  for (const one of closing) one.close();
}

function ownedIn(value: unknown): Set<SharedObject> {
  const owned = new Set<SharedObject>();
  const seen = new Set<object>();
  const look = (one: unknown): void => {
    if (typeof one !== 'object' || one === null || seen.has(one)) return;
    seen.add(one);
    if (HAND_OVER in one) owned.add(one as unknown as SharedObject);
    else for (const part of partsOf(one)) look(part);
  };
  look(value);
  return owned;
}

function partsOf(value: object): Iterable<unknown> {
  if (Array.isArray(value)) return value as unknown[];
  if (types.isSet(value)) return value;
  if (types.isMap(value)) return [...value.keys(), ...value.values()];
  return isPlainObject(value) ? Object.values(value) : [];
}
