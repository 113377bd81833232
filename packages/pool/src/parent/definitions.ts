import { encode } from '@multiprocess/serialization';
import type { AnyFunction } from '@multiprocess/serialization';
import { DEFINE, FORGET, FUNCTION, KIND, TASK_HEADER_BYTES } from '../wire/messages.js';

/** A function. It is sent to each worker once, and then called by its number. */
export interface Definition {
  readonly number: number;
  /** For error messages. */
  readonly name: string;
  readonly message: Uint8Array;
}

/** The functions that a pool calls. */
export class Definitions {
  readonly #known = new WeakMap<AnyFunction, Definition>();
  #last = 0;

  /** @throws {@link SerializationError} if the function cannot be serialized. */
  define(fn: AnyFunction): Definition {
    let definition = this.#known.get(fn);
    if (definition === undefined) {
      const body = encode(fn);
      const message = new Uint8Array(TASK_HEADER_BYTES + body.byteLength);
      message.set(body, TASK_HEADER_BYTES);
      const number = ++this.#last;
      const header = new Int32Array(message.buffer, 0, TASK_HEADER_BYTES >> 2);
      header[KIND] = DEFINE;
      header[FUNCTION] = number;
      definition = { number, name: fn.name, message };
      this.#known.set(fn, definition);
    }
    return definition;
  }
}

/** Makes a worker forget all functions. */
export function forgetMessage(): Uint8Array {
  const message = new Int32Array(TASK_HEADER_BYTES >> 2);
  message[KIND] = FORGET;
  return new Uint8Array(message.buffer);
}
