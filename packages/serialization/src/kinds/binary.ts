import { types } from 'node:util';
import { Tag } from '../wire.js';
import type { Kind } from './kind.js';

/** What a SharedArrayBuffer, and a view of one, is refused with. */
export const SHARED_ARRAY_BUFFER =
  'a SharedArrayBuffer, whose memory no other process can see. Use a SharedMemory, or a SharedArray';

interface ViewConstructor {
  readonly BYTES_PER_ELEMENT?: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): ArrayBufferView;
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

/** Type, buffer, where in it, how many elements (bytes of a DataView). */
export const view: Kind<ArrayBufferView<ArrayBuffer>> = {
  tag: Tag.VIEW,

  encode(to, value) {
    if (types.isSharedArrayBuffer(value.buffer)) return to.fail(SHARED_ARRAY_BUFFER);
    const isBuffer = Buffer.isBuffer(value);
    const name = isBuffer ? 'Buffer' : typeName(value);
    const type = NUMBERS.get(name);
    if (type === undefined) return to.fail(`a ${name}, of which nothing is known`);
    to.value(type);
    to.value(isBuffer ? to.buffers.addBytes(value) : to.buffers.addView(value));
    to.value(isBuffer ? 0 : value.byteOffset);
    to.value(name === 'DataView' ? value.byteLength : (value as Uint8Array).length);
  },

  decode(from) {
    const name = TYPES[from.natural()] ?? from.fail('unknown type of view');
    const index = from.natural();
    const byteOffset = from.natural();
    const length = from.natural();
    if (name === 'Buffer') {
      const place = from.buffers.region(index, byteOffset, length);
      return from.register(Buffer.from(place.buffer, place.byteOffset, length));
    }
    const Type = (globalThis as unknown as Partial<Record<string, ViewConstructor>>)[name];
    if (Type === undefined) return from.fail(`this version of Node has no ${name}`);
    const place = from.buffers.region(index, byteOffset, length * (Type.BYTES_PER_ELEMENT ?? 1));
    return from.register(new Type(place.buffer, place.byteOffset, length));
  },
};

const TYPED_ARRAY = Object.getPrototypeOf(Uint8Array.prototype) as object;

/** Of a subclass, and of another realm, too. */
function typeName(value: ArrayBufferView): string {
  return (Reflect.get(TYPED_ARRAY, Symbol.toStringTag, value) as string | undefined) ?? 'DataView';
}
