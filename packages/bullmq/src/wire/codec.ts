import { inBrief, serializeThrown } from '@multiprocess/process';
import { decode, decodeJson, encode, encodeJson, importNeeded } from '@multiprocess/serialization';
import type { RedisSerializer } from '@multiprocess/redis';

/** How values are written for other hosts: as the objects of the store are. */
export interface Codec {
  /** @throws {@link SerializationError} if the value cannot be serialized. */
  encode(value: unknown): Buffer;
  /** Of what was thrown: only its name, message and stack, if the whole cannot be serialized. Does not throw. */
  encodeThrown(thrown: unknown): Buffer;
  /** Imports what the value needs. @returns undefined if it needs nothing that is not there */
  importNeeded(bytes: Uint8Array): Promise<void> | undefined;
  /** Of what needs nothing that is not there. @throws {@link SerializationError} if the bytes are not a value. */
  decode(bytes: Uint8Array): unknown;
}

export const codecs: Readonly<Record<RedisSerializer, Codec>> = {
  msgpack: {
    // A copy: the encoder uses its memory again.
    encode: (value) => Buffer.from(encode(value)),
    encodeThrown: (thrown) => Buffer.from(serializeThrown(thrown)),
    importNeeded,
    decode: (bytes) => decode(bytes, { owned: false }),
  },
  json: {
    encode: (value) => Buffer.from(encodeJson(value)),
    encodeThrown: (thrown) => {
      try {
        return Buffer.from(encodeJson(thrown));
      } catch {
        return Buffer.from(encodeJson(inBrief(thrown)));
      }
    },
    importNeeded: () => undefined,
    decode: (bytes) => decodeJson(bytes),
  },
};

/** Decodes what may need an import first. @throws {@link SerializationError} if the bytes are not a value. */
export async function decoded(codec: Codec, bytes: Uint8Array): Promise<unknown> {
  await codec.importNeeded(bytes);
  return codec.decode(bytes);
}
