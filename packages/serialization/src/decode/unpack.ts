import { types } from 'node:util';
import { isError, isSharedMemory } from '@multiprocess/shared-memory';
import { clearSource, Unpackr } from 'msgpackr/index-no-eval';
import { defineOwn } from '../values/define-own.js';
import { objectsInherit } from '../values/inherited-properties.js';

// One per thread. Two calls never use it at once: msgpackr calls no other code.

// `structuredClone: false` refuses msgpackr's own references: with them a few bytes could stand for a graph that takes
// for ever to walk. `copyBuffers`: a forged message must not get a view of our memory.
const unpackr = new Unpackr({ useRecords: false, structuredClone: false, copyBuffers: true });

/** For when plain objects inherit properties, which an assignment may find instead: gives maps. */
const mapUnpackr = new Unpackr({ useRecords: false, structuredClone: false, copyBuffers: true, mapsAsObjects: false });

const INBOX_BYTES = 64 * 1024;
/** msgpackr remembers the property names of sources that end before this. */
const BEYOND_KEY_CACHE = 256;

// Bytes are copied here first: msgpackr is fastest with one Buffer that it knows, leaves a property on the one it is
// given, and relies on no other thread writing there meanwhile.
const inbox = Buffer.allocUnsafeSlow(BEYOND_KEY_CACHE + INBOX_BYTES);
const range = { start: 0, end: 0 };
let offset = 0;
/** The error of the previous call. Handled in the next call: when it happens, no stack may be left. */
let failure: unknown;

/** The value of the MessagePack from `start` to the end of `bytes`, which may be anything. */
export function unpack(bytes: Uint8Array, start: number): unknown {
  if (failure !== undefined) recover();
  try {
    if (objectsInherit()) return withObjects(unpackBy(mapUnpackr, bytes, start));
    return unpackBy(unpackr, bytes, start);
  } catch (error) {
    failure = error;
    throw error;
  }
}

function recover(): void {
  clearSource();
  // If the stack ends while msgpackr remembers a property name, it remembers it wrongly, for ever.
  if (isError(failure) && failure.name === 'RangeError' && failure.message.includes('stack')) offset = BEYOND_KEY_CACHE;
  failure = undefined;
}

function unpackBy(by: Unpackr, bytes: Uint8Array, start: number): unknown {
  return bytes.length <= INBOX_BYTES ? unpackSmall(by, bytes, start) : unpackLarge(by, bytes, start);
}

/** Each map as a plain object. */
function withObjects(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withObjects);
  if (!types.isMap(value)) return value;
  const object = {};
  for (const [key, item] of value) defineOwn(object, String(key), withObjects(item));
  return object;
}

function unpackSmall(by: Unpackr, bytes: Uint8Array, start: number): unknown {
  inbox.set(bytes, offset);
  range.start = offset + start;
  range.end = offset + bytes.length;
  return by.unpack(inbox, range) as unknown;
}

function unpackLarge(by: Unpackr, bytes: Uint8Array, start: number): unknown {
  const { buffer } = bytes;
  const source = isSharedMemory(buffer) ? Buffer.from(bytes) : Buffer.from(buffer, bytes.byteOffset, bytes.length);
  return by.unpack(source, { start, end: bytes.length }) as unknown;
}
