import { decode, encode } from '@multiprocess/serialization';

/** How values are written in the server. */
export interface Codec {
  /** @throws {SerializationError} If the value cannot be carried. */
  encode(value: unknown): Buffer;
  /** @throws {SerializationError} If the bytes are not a value. */
  decode(bytes: Buffer): unknown;
}

export const msgpack: Codec = {
  // A copy: the encoder uses its memory again, and commands are written later.
  encode: (value) => Buffer.from(encode(value)),
  decode: (bytes) => decode(bytes, { owned: false }),
};
