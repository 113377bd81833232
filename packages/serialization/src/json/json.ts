import { types } from 'node:util';
import {
  adviceOnSending,
  attach,
  isError,
  isPlainObject,
  isSharedObject,
  SerializationError,
  shownClass,
  shownName,
} from '@multiprocess/shared-memory';
import type { HandleOf } from '../kinds/kind.js';
import { errorFromJson, errorToJson } from './json-error.js';

// Plain JSON, and for what JSON has not an object with one key that begins with a dollar sign:
//   {"$undefined": 0}  {"$number": "NaN"}  {"$bigint": "12"}  {"$date": 0}  {"$bytes": "base64"}  {"$map": [[key, value], …]}
//   {"$set": […]}  {"$error": …}  {"$handle": "…"}  {"$object": …} around an object whose own key begins so
// Neither functions nor classes travel, so nothing of a message is ever run.

/** @throws {@link SerializationError} if something in the value has none of these forms. */
export function encodeJson(value: unknown, handleOf: HandleOf = () => undefined): Uint8Array {
  return Buffer.from(JSON.stringify(toJson(value, { path: '$', around: [], handleOf })), 'utf8');
}

/** @throws {@link SerializationError} if the bytes are not JSON, or not of these forms. */
export function decodeJson(bytes: Uint8Array): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch {
    // Without the parser's error, which quotes what it has found.
    throw new SerializationError(`The message is damaged: its ${bytes.byteLength} bytes are not JSON`);
  }
  return fromJson(parsed);
}

/** Where in the message a value is, and what gives handles. */
interface Position {
  readonly path: string;
  readonly around: readonly object[];
  readonly handleOf: HandleOf;
}

function toJson(value: unknown, position: Position): unknown {
  const { path } = position;
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'undefined':
      return { $undefined: 0 };
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $number: Object.is(value, -0) ? '-0' : `${value}` };
    case 'bigint':
      return { $bigint: `${value}` };
    case 'object':
      return value === null ? null : objectToJson(value, position);
    default:
      throw new SerializationError(`${path}: a ${typeof value} cannot be sent as JSON`, path);
  }
}

function objectToJson(value: object, { path, around, handleOf }: Position): unknown {
  if (around.includes(value)) throw new SerializationError(`${path}: JSON has no cycles`, path);
  const at = (step: string): Position => ({ path: path + step, around: [...around, value], handleOf });
  const each = (one: unknown, i: number | string): unknown => toJson(one, at(`[${JSON.stringify(i)}]`));
  if (Array.isArray(value)) return value.map(each);
  const refuse = (reason: string): never => {
    throw new SerializationError(`${path}: ${reason}`, path);
  };
  if (isSharedObject(value)) return { $handle: handleOf(value, refuse) ?? value.handle };
  if (types.isDate(value)) return { $date: value.getTime() };
  if (types.isUint8Array(value)) return { $bytes: Buffer.from(value).toString('base64') };
  if (types.isMap(value)) return { $map: [...value].map(each) };
  if (types.isSet(value)) return { $set: [...value].map(each) };
  if (isError(value)) return { $error: errorToJson(value, (one) => toJson(one, at('.cause'))) };
  if (!isPlainObject(value)) {
    const advice = adviceOnSending(value);
    refuse(
      advice === undefined
        ? `an instance of ${value.constructor.name} cannot be sent as JSON`
        : `an instance of ${shownClass(value)}, which cannot be sent: ${advice}`,
    );
  }
  const plain = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, each(one, key)]));
  return Object.keys(value).some((key) => key.startsWith('$')) ? { $object: plain } : plain;
}

function fromJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(fromJson);
  const entries = Object.entries(value as Record<string, unknown>);
  const [first] = entries;
  if (entries.length === 1 && first?.[0].startsWith('$') === true) return special(first[0], first[1]);
  return plainFromJson(entries);
}

function plainFromJson(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries.map(([key, one]) => [key, fromJson(one)]));
}

function special(key: string, value: unknown): unknown {
  const list = (): unknown[] => (Array.isArray(value) ? value.map(fromJson) : refuse(key));
  const text = (): string => (typeof value === 'string' ? value : refuse(key));
  switch (key) {
    case '$undefined':
      return undefined;
    case '$number':
      return Number(text());
    case '$bigint':
      return /^-?\d{1,1000}$/.test(text()) ? BigInt(text()) : refuse(key);
    case '$date':
      return new Date(typeof value === 'number' ? value : NaN);
    case '$bytes':
      return new Uint8Array(Buffer.from(text(), 'base64'));
    case '$map':
      return new Map(
        list().map((pair) => (Array.isArray(pair) && pair.length === 2 ? (pair as [unknown, unknown]) : refuse(key))),
      );
    case '$set':
      return new Set(list());
    case '$error':
      return errorFromJson(value, fromJson);
    case '$handle':
      return attach(text());
    case '$object':
      return typeof value === 'object' && value !== null ? plainFromJson(Object.entries(value)) : refuse(key);
    default:
      return refuse(key);
  }
}

function refuse(key: string): never {
  throw new SerializationError(`The message is damaged: its ${shownName(key)} is not as it should be`);
}
