import { types } from 'node:util';
import { attachBuffer, bufferHandle, isSharedMemory } from '@multiprocess/shared-memory';
import { Tag } from '../wire/wire.js';
import type { FieldReader, Kind } from './kind.js';

/** What a SharedArrayBuffer of this process alone, and a view of one, is refused with. */
const SHARED_ARRAY_BUFFER =
  'a SharedArrayBuffer, whose memory no other process can see. Use a SharedMemory, a SharedArray, or send a SharedBuffer itself';

interface ViewConstructor {
  readonly BYTES_PER_ELEMENT?: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): ArrayBufferView;
}

interface BufferRange {
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
}

// A view's type is its place in this list. A Float16Array, which Node 20 and 22 do not have, takes 11 where there is one.
const TYPES = [
  'Uint8Array',
  'Int8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'Float16Array',
  'DataView',
  'Buffer',
] as const;
const NUMBERS = new Map<string, number>(TYPES.map((name, number) => [name, number]));

/** All of the buffer. */
export const arrayBuffer: Kind<ArrayBuffer> = {
  tag: Tag.ARRAY_BUFFER,
  encode: (to, value) => to.value(to.buffers.addBuffer(value)),
  decode: (from) => from.register(from.buffers.buffer(from.natural())),
};

/** The handle of what it is the memory of; what arrives is that memory. */
export const sharedBuffer: Kind<SharedArrayBuffer> = {
  tag: Tag.SHARED_BUFFER,
  encode: (to, value) => to.value(bufferHandle(value) ?? to.fail(SHARED_ARRAY_BUFFER)),
  decode: (from) => from.register(attachBuffer(from.string())),
};

/**
 * Type, buffer, where in it, how many elements (bytes of a DataView). The buffer is the number of one whose contents are
 * in the message, or shared memory itself.
 */
export const view: Kind<ArrayBufferView> = {
  tag: Tag.VIEW,

  encode(to, value) {
    const isBuffer = Buffer.isBuffer(value);
    const name = isBuffer ? 'Buffer' : typeName(value);
    const type = NUMBERS.get(name);
    if (type === undefined) return to.fail(`a ${name}, of which nothing is known`);
    to.value(type);
    if (isSharedMemory(value.buffer)) {
      to.value(value.buffer);
      to.value(value.byteOffset);
    } else {
      to.value(isBuffer ? to.buffers.addBytes(value) : to.buffers.addView(value as ArrayBufferView<ArrayBuffer>));
      to.value(isBuffer ? 0 : value.byteOffset);
    }
    to.value(name === 'DataView' ? value.byteLength : (value as Uint8Array).length);
  },

  decode(from) {
    const number = from.reserve();
    const name = TYPES[from.natural()] ?? from.fail('unknown type of view');
    const source = from.value();
    const byteOffset = from.natural();
    const length = from.natural();
    if (name === 'Buffer') {
      const place = placeOf(from, source, byteOffset, length);
      return from.fulfil(number, Buffer.from(place.buffer, place.byteOffset, length));
    }
    const Type = (globalThis as unknown as Partial<Record<string, ViewConstructor>>)[name];
    if (Type === undefined) return from.fail(`this version of Node has no ${name}`);
    const elementBytes = Type.BYTES_PER_ELEMENT ?? 1;
    const place = placeOf(from, source, byteOffset, length * elementBytes);
    if (place.byteOffset % elementBytes !== 0) return from.fail('a view is not aligned');
    return from.fulfil(number, new Type(place.buffer, place.byteOffset, length));
  },
};

/** Where to make a view of that many bytes. */
function placeOf(from: FieldReader, source: unknown, byteOffset: number, byteLength: number): BufferRange {
  if (types.isAnyArrayBuffer(source) && isSharedMemory(source)) {
    if (byteOffset + byteLength > source.byteLength) from.fail('a view reaches beyond its shared memory');
    return { buffer: source, byteOffset };
  }
  const isIndex = Number.isSafeInteger(source) && (source as number) >= 0;
  return from.buffers.region(isIndex ? (source as number) : from.fail('a view of nothing'), byteOffset, byteLength);
}

const TYPED_ARRAY = Object.getPrototypeOf(Uint8Array.prototype) as object;

/** Also for subclasses, and for classes of another realm. */
function typeName(value: ArrayBufferView): string {
  return (Reflect.get(TYPED_ARRAY, Symbol.toStringTag, value) as string | undefined) ?? 'DataView';
}
