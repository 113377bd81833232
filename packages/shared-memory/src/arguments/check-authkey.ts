import { types } from 'node:util';

/** A copy of the key. @throws {@link TypeError} or {@link RangeError} if it is not one. An empty one would protect nothing. */
export function checkAuthkey(authkey: unknown): Uint8Array {
  if (!types.isUint8Array(authkey)) {
    throw new TypeError(`authkey must be a Uint8Array, received ${authkey === null ? 'null' : typeof authkey}`); // not what could be the key
  }
  if (authkey.length === 0) throw new RangeError('authkey must not be empty: an empty key protects nothing');
  return new Uint8Array(authkey);
}
