import { types } from 'node:util';
import { argumentError, takeTransfers } from '@multiprocess/shared-memory';
import { checkMessage } from './decode/check-message.js';
import { decode } from './decode/decode.js';
import { encode } from './encode/encode.js';

/**
 * A message from which {@link deserialize} makes the same value in any process: everything that structured clone
 * carries, URLs, errors with their class, shared objects, tasks, and registered classes. Does not block.
 *
 * @example
 * ```ts source="./serialization.examples.ts#message"
 * const bytes = serialize({ sent: new Date(), to: new Set(['Ann']), cause: new RangeError('too late') });
 * console.log(deserialize(bytes)); // the same, in any process
 * ```
 * @throws {@link SerializationError} if something in the value cannot be serialized; its `path` leads there.
 */
export function serialize(value: unknown): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(encode(value));
  takeTransfers()?.sent(); // the caller is responsible for these bytes
  return message;
}

/**
 * The value that was given to {@link serialize}. Shares no memory with `bytes`.
 *
 * Not for bytes from strangers: a message may name modules to import, and contain functions.
 *
 * @throws {@link TypeError} if `bytes` is not a `Uint8Array`.
 * @throws {@link SerializationError} if the bytes are not a message, or refer to what is not registered here.
 * @throws {@link HandleError} if a shared object in it is gone.
 */
export function deserialize(bytes: Uint8Array): unknown {
  if (!types.isUint8Array(bytes)) throw argumentError('bytes', 'a Uint8Array', bytes);
  checkMessage(bytes);
  return decode(bytes, { owned: false });
}
