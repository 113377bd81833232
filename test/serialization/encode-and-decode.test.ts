import { describe, expect, test } from 'vitest';
import { decode, deserialize, encode, registerType, serialize } from '@multiprocess/serialization';

class Nested {
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}
registerType({
  name: 'test.Nested',
  class: Nested,
  encode: (nested) => ({ before: [1], inner: serialize(nested.bytes), again: new Uint8Array(encode({ a: 1 })) }),
  decode: ({ inner, again }) => {
    expect(decode(again, { owned: true })).toEqual({ a: 1 });
    return new Nested(deserialize(inner) as Uint8Array);
  },
});

const owned = { owned: true } as const;

describe('encode()', () => {
  test('gives a view that the next call uses again', () => {
    const first = encode([1, 2, 3]);
    const message = new Uint8Array(first);
    expect(encode([4, 5, 6]).buffer).toBe(first.buffer);
    expect(decode(message, owned)).toEqual([1, 2, 3]);
  });

  test('serialize() gives bytes of their own, and nothing but them', () => {
    const bytes = serialize('x');
    serialize('y');
    expect(deserialize(bytes)).toBe('x');
    expect(bytes.buffer.byteLength).toBe(bytes.length);
  });

  test('does not keep the memory of a large message', () => {
    expect(encode(new Uint8Array(5_000_000)).length).toBeGreaterThan(5_000_000);
    expect(encode(1).buffer.byteLength).toBeLessThan(1_000_000);
  });

  test('works within an encode() hook and a getter of a value that is being encoded', () => {
    const value = {
      first: 'before',
      get inner() {
        return [...encode({ deep: [new Nested(new Uint8Array([9]))] })];
      },
      nested: new Nested(new Uint8Array([1, 2])),
      last: 'after',
    };
    const arrived = deserialize(serialize(value)) as typeof value;
    expect([arrived.first, arrived.last]).toEqual(['before', 'after']);
    expect(arrived.nested.bytes).toEqual(new Uint8Array([1, 2]));
    expect(decode(new Uint8Array(arrived.inner), owned)).toEqual({ deep: [new Nested(new Uint8Array([9]))] });
  });

  test('works after one that failed in the middle', () => {
    expect(() => encode({ a: [{}, new Uint8Array(3), Symbol()] })).toThrow();
    expect(decode(new Uint8Array(encode({ a: 1 })), owned)).toEqual({ a: 1 });
  });
});

describe('decode()', () => {
  const large = new Float64Array(1_000).fill(0.5);

  test('of bytes that are owned makes large binary parts views of them', () => {
    const bytes = serialize({ large, small: new Uint8Array(8) });
    const arrived = decode(bytes, owned) as { large: Float64Array; small: Uint8Array };
    expect(arrived.large).toEqual(large);
    expect(arrived.large.buffer).toBe(bytes.buffer);
    expect(arrived.small.buffer).not.toBe(bytes.buffer);
  });

  test('of bytes that are not copies everything out', () => {
    const bytes = serialize({ large, text: 'x'.repeat(1_000), buffer: Buffer.alloc(5_000, 1) });
    const arrived = decode(bytes, { owned: false });
    bytes.fill(0xff);
    expect(arrived).toEqual({ large, text: 'x'.repeat(1_000), buffer: Buffer.alloc(5_000, 1) });
  });

  test('never hands out an ArrayBuffer that is part of the message', () => {
    const bytes = serialize({ buffer: large.buffer, large });
    const arrived = decode(bytes, owned) as { buffer: ArrayBuffer; large: Float64Array };
    expect(arrived.buffer).not.toBe(bytes.buffer);
    expect(arrived.large.buffer).toBe(arrived.buffer);
  });

  test.each([1, 2, 3, 4, 5, 6, 7])('copies binary parts of a message that begins %i bytes off', (offset) => {
    const bytes = serialize({ large });
    const moved = new Uint8Array(bytes.length + offset).subarray(offset);
    moved.set(bytes);
    expect(decode(moved, owned)).toEqual({ large });
  });

  test('reads shared memory', () => {
    const bytes = serialize({ text: 'ü'.repeat(100), key: [1, 2], large });
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    const arrived = decode(shared, { owned: false }) as { large: Float64Array };
    expect(arrived).toEqual({ text: 'ü'.repeat(100), key: [1, 2], large });
    expect(arrived.large.buffer).toBeInstanceOf(ArrayBuffer);
    expect(decode(shared, owned)).toEqual(arrived);
  });

  test('keeps no property names apart that differ only in what the cache does not look at', () => {
    const names = Array.from({ length: 5_000 }, (_, i) => `k${i}${'x'.repeat(i % 9)}`);
    const value = Object.fromEntries(names.map((name, i) => [name, i]));
    expect(deserialize(serialize([value, value, { ...value }]))).toEqual([value, value, value]);
  });
});
