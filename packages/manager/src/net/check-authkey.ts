import { types } from 'node:util';

/** @throws {TypeError | RangeError} If it is not a key. An empty one would protect nothing. */
export function checkAuthkey(authkey: unknown): Uint8Array {
  if (!types.isUint8Array(authkey)) {
    throw new TypeError(`authkey must be a Uint8Array, received ${authkey === null ? 'null' : typeof authkey}`); // not what could be the key
  }
  if (authkey.length === 0) throw new RangeError('authkey must not be empty: an empty key protects nothing');
  return authkey;
}
