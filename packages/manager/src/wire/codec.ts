import { decode, decodeJson, encode, encodeJson } from '@multiprocess/serialization';
import type { HandleOf } from '@multiprocess/serialization';
import { checkOneOf } from '@multiprocess/shared-memory';
import { decodeFlatCall, decodeFlatValue, encodeFlatCall, encodeFlatValue, FLAT } from './flat.js';
import type { CallBody } from './flat.js';

/** How bodies of frames are written: `msgpack` carries everything that the toolkit does, `json` is for other languages. */
export type Serializer = 'msgpack' | 'json';

const SERIALIZERS: readonly Serializer[] = ['msgpack', 'json'];

/**
 * Both directions of a serializer. What `encode…` gives is a view that is valid until the next call; `handleOf` gives the
 * handles of the objects in it.
 */
export interface Codec {
  /** @throws {@link SerializationError} if the value cannot be serialized. */
  encode(value: unknown, handleOf?: HandleOf): Uint8Array;
  /** Shares no memory with `bytes`. @throws {@link SerializationError} if they are not a message. */
  decode(bytes: Uint8Array): unknown;
  /** @throws {@link SerializationError} if an argument cannot be serialized. */
  encodeCall(call: CallBody, handleOf: HandleOf): Uint8Array;
  /** @throws {@link SerializationError} if the bytes are not a message. @throws {@link TypeError} if the message is not a call. */
  decodeCall(bytes: Uint8Array): CallBody;
}

const msgpack: Codec = {
  encode: (value, handleOf) => encodeFlatValue(value) ?? encode(value, handleOf),
  decode: (bytes) => (bytes[0] === FLAT ? decodeFlatValue(bytes) : decode(bytes, { owned: false })),
  encodeCall: (call, handleOf) => encodeFlatCall(call) ?? encode([call.object, call.method, call.args], handleOf),
  decodeCall: (bytes) => (bytes[0] === FLAT ? decodeFlatCall(bytes) : callOf(decode(bytes, { owned: false }))),
};

const json: Codec = {
  encode: encodeJson,
  decode: decodeJson,
  encodeCall: ({ object, method, args }, handleOf) => encodeJson([object, method, args], handleOf),
  decodeCall: (bytes) => callOf(decodeJson(bytes)),
};

const codecs: Record<Serializer, Codec> = { msgpack, json };

export function codecOf(serializer: Serializer): Codec {
  return codecs[serializer];
}

/** Whether it is the name of one. */
export function isSerializer(name: unknown): name is Serializer {
  return SERIALIZERS.includes(name as Serializer);
}

/** @throws {@link TypeError} if it is something else. */
export function checkSerializer(serializer: unknown): Serializer {
  return checkOneOf('serializer', serializer, SERIALIZERS);
}

function callOf(value: unknown): CallBody {
  if (Array.isArray(value) && value.length === 3) {
    const [object, method, args] = value as unknown[];
    if (typeof object === 'number' && Array.isArray(args)) return { object, method: String(method), args };
  }
  throw new TypeError('The request is damaged: expected an object, a method and arguments');
}
