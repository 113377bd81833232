import { decode, decodeJson, encode, encodeJson } from '@multiprocess/serialization';

/** How values are written in the server. */
export interface Codec {
  /** @throws {@link SerializationError} if the value cannot be serialized. */
  encode(value: unknown): Buffer;
  /** @throws {@link SerializationError} if the bytes are not a value. */
  decode(bytes: Buffer): unknown;
}

/** `msgpack` carries everything that the toolkit does; `json` is for other languages, and runs nothing. */
export type RedisSerializer = 'msgpack' | 'json';

export const codecs: Readonly<Record<RedisSerializer, Codec>> = {
  msgpack: {
    // A copy: the encoder uses its memory again, and commands are written later.
    encode: (value) => Buffer.from(encode(value)),
    decode: (bytes) => decode(bytes, { owned: false }),
  },
  json: { encode: (value) => Buffer.from(encodeJson(value)), decode: decodeJson },
};
