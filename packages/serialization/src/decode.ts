import { Decoder } from './decoder.js';
import type { DecodeOptions } from './decoder.js';

// One decoder a thread, as there is one encoder; see `encode.ts`.
let idle: Decoder | undefined = new Decoder();

/**
 * The value of a message, as {@link deserialize} gives it. For packages of this toolkit: `bytes` may be shared memory,
 * provided that nobody writes there before this returns.
 *
 * @throws {SerializationError} If the bytes are no message.
 */
export function decode(bytes: Uint8Array, options: DecodeOptions): unknown {
  const decoder = idle ?? new Decoder();
  idle = undefined;
  try {
    return decoder.decode(bytes, options);
  } finally {
    idle = decoder;
  }
}
