import { isError, MultiprocessError, SerializationError, shownName } from '@multiprocess/shared-memory';
import { Decoder } from './decoder.js';
import { isPlain } from '../values/is-plain.js';
import { unpack } from './unpack.js';
import { FORMAT, HAS_BUFFERS, HAS_MODULES, HAS_TAGS, HEADER_BYTES } from '../wire/wire.js';

/** What {@link decode} may do with the bytes. */
export interface DecodeOptions {
  /**
   * Whether these bytes are the receiver's alone: then large binary parts of the value may be views of them. If not, everything is copied out before {@link decode} returns.
   */
  readonly owned: boolean;
}

// One decoder a thread, as there is one encoder; see `encode.ts`.
const idle: Decoder[] = [];

/**
 * The value of a message, as {@link deserialize} gives it. For packages of this toolkit: `bytes` may be shared memory,
 * provided that no thread writes there before this returns.
 *
 * Bytes that no {@link encode} made either throw or give some value, in a time and with memory in proportion to them.
 *
 * @throws {@link SerializationError} if the bytes are not a message.
 */
export function decode(bytes: Uint8Array, options: DecodeOptions): unknown {
  return decoding(() => {
    const first = bytes.length > HEADER_BYTES ? bytes[0]! : 0;
    if (first !== FORMAT) return decodeTagged(bytes, first, options.owned);
    const value = unpack(bytes, HEADER_BYTES);
    if (!isPlain(value)) throw new SerializationError('The message is damaged: it is a token that is never written');
    return value;
  });
}

/** Turns what libraries throw about damaged bytes into a {@link SerializationError}. */
export function decoding<T>(decodeBytes: () => T): T {
  try {
    return decodeBytes();
  } catch (error) {
    if (error instanceof MultiprocessError) throw error;
    // Without the error itself: those of V8 quote what they found, which may be part of a key.
    const what = isError(error) ? shownName(error.name) : typeof error;
    throw new SerializationError(`The message is damaged: decoding it failed with ${what}`);
  }
}

function decodeTagged(bytes: Uint8Array, first: number, owned: boolean): unknown {
  if ((first & ~(HAS_TAGS | HAS_BUFFERS | HAS_MODULES)) !== FORMAT) {
    throw new SerializationError(
      'The message is damaged: it was not written by this toolkit, or by another version of it',
    );
  }
  const decoder = idle.pop() ?? new Decoder();
  const value = decoder.decode(bytes, first, owned);
  idle.push(decoder);
  return value;
}
