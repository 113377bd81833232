import { SharedMap } from '@multiprocess/map';
import { Pipe } from '@multiprocess/pipe';
import { Queue } from '@multiprocess/queue';
import { SerializationError } from '@multiprocess/shared-memory';
import { Lock } from '@multiprocess/sync';
import { describe, expect, test } from 'vitest';

const keys: readonly (readonly [what: string, key: unknown])[] = [
  ['an empty string', ''],
  ['a short string', 'key'],
  ['a string of four characters', 'four'],
  ['a string with U+0000 behind', 'key\0'],
  ['a string beyond ASCII', 'schön'],
  ['a string beyond Latin-1', 'ключ'],
  ['half of a surrogate pair', '\ud800'],
  ['a long string', 'k'.repeat(4096)],
  ['0', 0],
  ['a whole number', 1],
  ['a negative number', -1],
  ['a large whole number', 2 ** 31],
  ['a fraction', 0.5],
  ['Infinity', Infinity],
  ['NaN', NaN],
  ['a bigint', 1n],
  ['a large bigint', -(2n ** 200n)],
  ['true', true],
  ['false', false],
  ['null', null],
  ['undefined', undefined],
  ['an empty array', []],
  ['an array', [1, 'two', [3n, null, undefined, NaN, -Infinity]]],
  ['an array like a special value', [1, 'u']],
  ['an object', { b: 1, a: { c: [true] } }],
  ['an object with a property __proto__', JSON.parse('{"__proto__":{"x":1}}')],
];

const values: readonly (readonly [what: string, value: unknown])[] = [
  ...keys,
  ['-0', -0],
  ['a date', new Date(0)],
  ['a map', new Map([[{ a: 1 }, new Set([1])]])],
  ['bytes', new Uint8Array([1, 2, 3])],
  ['many bytes', new Uint8Array(100_000).fill(7)],
  ['a buffer', Buffer.from('text')],
  ['an error', new RangeError('wrong')],
  ['a large value', { text: 'x'.repeat(200_000) }],
];

describe('keys and values', () => {
  test('every key leads to its own entry, and comes back from the iterators', () => {
    using map = new SharedMap();
    keys.forEach(([, key], i) => map.set(key, i));
    expect(map.size).toBe(keys.length);
    keys.forEach(([what, key], i) => expect(map.get(structuredClone(key)), what).toBe(i));
    const found = [...map].sort(([, one], [, other]) => (one as number) - (other as number));
    expect(found).toEqual(keys.map(([, key], i) => [key, i]));
  });

  test.each(values)('%s comes back as it was', (_, value) => {
    using map = new SharedMap();
    map.set('key', value);
    expect(map.get('key')).toStrictEqual(value);
  });

  test('-0 and 0 are one key, as in a Map; so are objects with the same properties in any order', () => {
    using map = new SharedMap();
    map.set(-0, 'zero').set({ a: 1, b: -0 }, 'object');
    expect(map.get(0)).toBe('zero');
    expect(
      Object.is(
        [...map.keys()].find((key) => key === 0),
        0,
      ),
    ).toBe(true);
    expect(map.get({ b: 0, a: 1 })).toBe('object');
  });

  test.each([
    ['a symbol', Symbol('key')],
    ['a function', () => undefined],
    ['a date', new Date()],
    ['a map in an array', [new Map()]],
  ])('%s is no key', (_, key) => {
    using map = new SharedMap();
    expect(() => map.set(key, 1)).toThrow(TypeError);
    expect(() => map.get(key)).toThrow(/key must .+received /);
  });

  test('a key that is too long, or nested too deeply, is refused', () => {
    using map = new SharedMap();
    expect(() => map.set('k'.repeat(4097), 1)).toThrow(/at most 4096 bytes, received 'kkk.+which takes 4097/);
    const circle: unknown[] = [];
    circle.push(circle);
    expect(() => map.has(circle)).toThrow(RangeError);
  });

  test('shared objects are refused as values, since nothing would keep them', () => {
    using map = new SharedMap();
    using lock = new Lock();
    using queue = new Queue();
    const [one, other] = Pipe.duplex();
    for (const shared of [lock, queue, one, map]) {
      const error: unknown = catchError(() => map.set('key', { deep: [shared] }));
      expect(error).toBeInstanceOf(SerializationError);
      expect(error).toMatchObject({ path: '$.deep[0]' });
    }
    expect(map.size).toBe(0);
    one.sendSync('still open');
    expect(other.recvSync()).toBe('still open');
    one.close();
    other.close();
  });

  test('what get returns is a copy', () => {
    using map = new SharedMap<string, { list: number[] }>();
    const value = { list: [1] };
    map.set('key', value);
    value.list.push(2);
    map.get('key')!.list.push(3);
    expect(map.get('key')).toEqual({ list: [1] });
  });
});

function catchError(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}
