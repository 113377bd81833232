import { SerializationError, beginMessage, dropMessage, endMessage } from '@multiprocess/shared-memory';
import type { RingMessage } from '@multiprocess/shared-memory';
import { Encoder } from './encoder.js';
import type { Snapshot } from './encoder.js';
import type { HandleOf } from '../kinds/kind.js';

// One encoder a thread, since a new one for each message would cost more than encoding it. It is taken from here while it
// works: a getter or a hook that encodes something itself finds none, and gets another. One that failed, maybe because
// there was no stack left even to clear it, does not come back.
const idle: Encoder[] = [];

/**
 * The message for `value`, as {@link serialize} gives it, but as a view of memory that the next call in this thread
 * uses again. For packages of this toolkit, which copy it into shared memory at once, and say what became of it if
 * `takeTransfers()` of `@multiprocess/shared-memory` has something: the message then gives objects away.
 *
 * @param handleOf gives the handles of the shared objects in it. Default: each gives its own
 * @throws {SerializationError} If something in the value cannot be carried; its `path` leads there.
 */
export function encode(value: unknown, handleOf?: HandleOf): Uint8Array {
  const message = encodeRest(value, nothingRead, handleOf);
  const { bytes, length, parts } = message.parts.length === 0 ? message : message.copy();
  return parts.length === 0 && length === bytes.length ? bytes : bytes.subarray(0, length);
}

/** The same in pieces: large buffers are where they are, and what it gives away is there as well. `snapshot` has what was read of the value before. */
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
