import { beginMessage, dropMessage, endMessage } from '@multiprocess/shared-memory';
import { Encoder } from './encoder.js';

// One encoder a thread, since a new one for each message would cost more than encoding it. It is taken from here while it
// works: a getter or a hook that encodes something itself finds none, and gets another. One that failed, maybe because
// there was no stack left even to clear it, does not come back.
const idle: Encoder[] = [];

/**
 * The message for `value`, as {@link serialize} gives it, but as a view of memory that the next call in this thread
 * uses again. For packages of this toolkit, which copy it into shared memory at once, and say what became of it if
 * `takeParcels()` of `@multiprocess/shared-memory` has something: the message then gives objects away.
 *
 * @throws {SerializationError} If something in the value cannot be carried; its `path` leads there.
 */
export function encode(value: unknown): Uint8Array {
  const encoder = idle.pop() ?? new Encoder();
  const outer = beginMessage();
  let message: Uint8Array;
  try {
    message = encoder.encode(value);
  } catch (error) {
    dropMessage(outer);
    throw error;
  }
  endMessage(outer);
  idle.push(encoder);
  return message;
}
