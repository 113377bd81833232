import { decode, encode } from '@multiprocess/serialization';
import { decodeJson, encodeJson } from './json.js';

/** How bodies of frames are written: `msgpack` carries whatever the toolkit does, `json` is for programs in other languages. */
export type Serializer = 'msgpack' | 'json';

/** Both directions of a serializer. */
export interface Codec {
  /** A view that is good until the next call. @throws {SerializationError} If the value cannot be carried. */
  encode(value: unknown): Uint8Array;
  /** Shares no memory with `bytes`. @throws {SerializationError} If they are no message. */
  decode(bytes: Uint8Array): unknown;
}

const codecs: Record<Serializer, Codec> = {
  msgpack: { encode, decode: (bytes) => decode(bytes, { owned: false }) },
  json: { encode: encodeJson, decode: decodeJson },
};

export function codecOf(serializer: Serializer): Codec {
  return codecs[serializer];
}

/** @throws {TypeError} If it is no serializer. */
export function checkSerializer(serializer: unknown): Serializer {
  if (serializer === 'msgpack' || serializer === 'json') return serializer;
  throw new TypeError(`serializer must be 'msgpack' or 'json', received ${String(serializer)}`);
}
