import { Encoder } from './encoder.js';

// One encoder a thread, since a new one for each message would cost more than encoding it. It is taken from here while it
// works: a getter or a hook that encodes something itself finds none, and gets another. One that failed, maybe because
// there was no stack left even to clear it, does not come back.
const idle: Encoder[] = [];

/**
 * The message for `value`, as {@link serialize} gives it, but as a view of memory that the next call in this thread
 * uses again. For packages of this toolkit, which copy it into shared memory at once.
 *
 * @throws {SerializationError} If something in the value cannot be carried; its `path` leads there.
 */
export function encode(value: unknown): Uint8Array {
  const encoder = idle.pop() ?? new Encoder();
  const message = encoder.encode(value);
  idle.push(encoder);
  return message;
}
