import { deserialize, MessageCodec, serialize } from '@multiprocess/serialization';
import { RingItem } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { codecOf } from '../../packages/manager/build/wire/codec.js';
import { decodeJson, encodeJson } from '../../packages/manager/build/wire/json.js';

/** What `action` gives while all objects, or all arrays, inherit a property: nothing else runs meanwhile, such as the test's own tools. */
function whileInherited<T>(from: object, property: PropertyDescriptor, action: () => T): T {
  Object.defineProperty(from, 'inherited', { enumerable: true, configurable: true, ...property });
  try {
    return action();
  } finally {
    Reflect.deleteProperty(from, 'inherited');
  }
}

const noShapes = { length: 0, read: () => new Uint8Array(0), tryAppend: () => false };

/** A store of shapes that is kept in this process. */
function newStore(): ConstructorParameters<typeof MessageCodec>[0] {
  let bytes = Buffer.alloc(0);
  return {
    get length() {
      return bytes.length;
    },
    read: (start) => new Uint8Array(bytes.subarray(start)),
    tryAppend(length, more) {
      if (length !== bytes.length) return false;
      bytes = Buffer.concat([bytes, more]);
      return true;
    },
  };
}

function byRecords(codec: MessageCodec, value: unknown): unknown {
  const { bytes, length } = codec.encode(value).copy();
  return codec.decode(new RingItem(new Uint8Array(bytes.subarray(0, length)), 0, length, true));
}

const msgpack = codecOf('msgpack') as { encode(value: unknown): Uint8Array; decode(bytes: Uint8Array): unknown };
const WAYS: readonly { way: string; trip: (value: unknown) => unknown }[] = [
  { way: 'serialize()', trip: (value) => deserialize(serialize(value)) },
  { way: 'records', trip: (value) => byRecords(new MessageCodec(noShapes), value) },
  {
    way: 'records with shapes',
    trip(value) {
      const codec = new MessageCodec(newStore());
      for (let i = 0; i < 20; i++) byRecords(codec, value);
      return byRecords(codec, value);
    },
  },
  { way: 'a manager, as MessagePack', trip: (value) => msgpack.decode(new Uint8Array(msgpack.encode(value))) },
  { way: 'a manager, as JSON', trip: (value) => decodeJson(encodeJson(value)) as unknown },
];

const VALUES: readonly { what: string; make: () => unknown }[] = [
  { what: 'a plain object', make: () => ({ a: 1, b: { c: 'x' } }) },
  { what: 'an empty object', make: () => ({}) },
  { what: 'objects in an array', make: () => [{ a: 1 }, { a: 2 }] },
  { what: 'an object with a Map', make: () => ({ map: new Map([[{ k: 1 }, { v: 2 }]]) }) },
  { what: 'an object with undefined', make: () => ({ a: undefined }) },
  { what: 'an object with the inherited name of its own', make: () => ({ inherited: 'own', b: 1 }) },
  { what: 'an object that has a hasOwnProperty', make: () => ({ hasOwnProperty: 1, a: 2 }) },
];

const PROPERTIES: readonly { what: string; property: PropertyDescriptor }[] = [
  { what: 'a method', property: { value: () => 'inherited', writable: true } },
  { what: 'a value', property: { value: 7, writable: true } },
  { what: 'a value that cannot be changed', property: { value: 7, writable: false } },
  {
    what: 'an accessor',
    property: {
      get: () => 7,
      set: () => {
        throw new Error('set');
      },
    },
  },
];

/** Own properties, however deep; what is inherited is none of them. */
function ownOf(value: unknown): unknown {
  if (value instanceof Map) return [...value].map(ownOf);
  if (Array.isArray(value)) return value.map(ownOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).map(([key, one]) => [key, ownOf(one)]);
}

describe.each(PROPERTIES)('$what that all objects inherit is not part of what is sent', ({ property }) => {
  describe.each(WAYS)('by $way', ({ trip }) => {
    test.each(VALUES)('$what', ({ make }) => {
      const arrived = whileInherited(Object.prototype, property, () => trip(make()));
      expect(ownOf(arrived)).toEqual(ownOf(make()));
    });
  });

  test('nor of an error', () => {
    const error = Object.assign(new TypeError('it'), { code: 'E', at: { x: 1 } });
    const [one, other] = whileInherited(Object.prototype, property, () => [
      deserialize(serialize(error)) as typeof error,
      decodeJson(encodeJson(error)) as typeof error,
    ]);
    expect(ownOf(one)).toEqual([
      ['code', 'E'],
      ['at', [['x', 1]]],
    ]);
    expect([Object.keys(other), other.message]).toEqual([['code'], 'it']);
  });

  test('nor of an array', () => {
    for (const { trip } of WAYS) {
      const arrived = whileInherited(Array.prototype, property, () => trip([1, [2], { a: [] }])) as object;
      expect([Object.keys(arrived), ownOf(arrived)]).toEqual([
        ['0', '1', '2'],
        [1, [2], [['a', []]]],
      ]);
    }
    const sparse = whileInherited(Array.prototype, property, () => deserialize(serialize([1, , 3])));
    expect(Object.keys(sparse as object)).toEqual(['0', '2']);
  });

  test('nor does a receiver add it that alone has it', () => {
    const message = serialize([{ a: 1, inherited: 2 }, { b: new Date(3) }]);
    const plain = serialize({ a: { inherited: 2 } });
    const [one, other] = whileInherited(Object.prototype, property, () => [deserialize(message), deserialize(plain)]);
    expect(ownOf(one)).toEqual([
      [
        ['a', 1],
        ['inherited', 2],
      ],
      [['b', []]],
    ]);
    expect(ownOf(other)).toEqual([['a', [['inherited', 2]]]]);
  });
});
