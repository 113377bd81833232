import { beginMessage, dropMessage, endMessage, SerializationError } from '@multiprocess/shared-memory';
import type { RingMessage } from '@multiprocess/shared-memory';
import { Encoder } from './encoder.js';
import type { Snapshot } from './encoder.js';
import type { HandleOf } from '../kinds/kind.js';

// One encoder per thread: a new one for each message would cost more than encoding it. It is not here while it works, so a
// getter or a hook that encodes something itself gets another. One that failed is thrown away: its state is unknown.
const idle: Encoder[] = [];

/**
 * The message for `value`, as {@link serialize} gives it, but as a view of memory that the next call in this thread
 * uses again: copy it at once. If `takeTransfers()` of `@multiprocess/shared-memory` returns something, the message gives
 * objects away, and the caller says what becomes of it.
 *
 * @param handleOf gives the handles of the shared objects in it. Default: each gives its own
 * @throws {@link SerializationError} if something in the value cannot be serialized; its `path` leads there.
 */
export function encode(value: unknown, handleOf?: HandleOf): Uint8Array {
  const message = encodeRest(value, nothingRead, handleOf);
  const { bytes, length, parts } = message.parts.length === 0 ? message : message.copy();
  return parts.length === 0 && length === bytes.length ? bytes : bytes.subarray(0, length);
}

/** The same in pieces: large buffers stay where they are. `snapshot` has what was read of the value before. */
export function encodeRest(value: unknown, snapshot: Snapshot, handleOf: HandleOf = ownHandle): RingMessage {
  const encoder = idle.pop() ?? new Encoder();
  const outer = beginMessage();
  let message: RingMessage;
  try {
    message = encoder.encode(value, snapshot, handleOf);
  } catch (error) {
    dropMessage(outer);
    // The frames that are kept would be those of the way to the culprit, which the path tells, and not the caller's line.
    if (error instanceof SerializationError) Error.captureStackTrace(error, encodeRest);
    throw error;
  }
  endMessage(outer);
  idle.push(encoder);
  return message;
}

const nothingRead: Snapshot = () => undefined;
const ownHandle: HandleOf = () => undefined;
