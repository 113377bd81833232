import { Extension } from '../wire.js';
import type { Kind } from './kind.js';

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
const BUFFER = TYPES.indexOf('Buffer');

/** All of the buffer. */
export const arrayBuffer: Kind<ArrayBuffer> = {
  extension: Extension.ARRAY_BUFFER,
  encode: (to, value) => to.number(to.buffers.addBuffer(value)),
  decode: (from) => from.register(from.buffers.buffer(from.natural())),
};

/** Type, buffer, where in it, how many elements (bytes of a DataView). */
export const view: Kind<ArrayBufferView<ArrayBuffer>> = {
  extension: Extension.VIEW,

  encode(to, value) {
    if (Buffer.isBuffer(value)) {
      for (const field of [BUFFER, to.buffers.addBytes(value), 0, value.length]) to.number(field);
      return;
    }
    const type = TYPES.findIndex((name) => name === typeName(value));
    if (type < 0) to.fail(`a ${typeName(value)}, of which nothing is known`);
    const length = value instanceof DataView ? value.byteLength : (value as Uint8Array).length;
    for (const field of [type, to.buffers.addView(value), value.byteOffset, length]) to.number(field);
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

const typedArrayName = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Symbol.toStringTag,
)?.get;

/** Of a subclass, and of another realm, too. */
function typeName(value: ArrayBufferView): string {
  return (typedArrayName?.call(value) as string | undefined) ?? 'DataView';
}
