import { MultiprocessError, SerializationError } from '@multiprocess/shared-memory';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { decode, deserialize, serialize } from '@multiprocess/serialization';
import { times } from '../helpers/effort.js';

// Generated input: bounded by the number of runs and by time, not by the runner.
vi.setConfig({ testTimeout: 120_000 });

const samples: Uint8Array[] = [
  serialize({ id: 1, name: 'item', value: 3.14, tags: ['a', 'b'], ok: true }),
  serialize([new Map([[1, new Set(['x'])]]), new Date(0), /a/g, 10n ** 30n, '\ud800', [, 1], Object(1), undefined]),
  serialize({
    a: new Float64Array(3),
    b: new ArrayBuffer(9),
    c: Buffer.from('c'),
    d: new DataView(new ArrayBuffer(4)),
  }),
  serialize(
    new AggregateError([new TypeError('a', { cause: 1 }), Object.assign(new Error('b'), { code: 'B' })], 'all'),
  ),
  serialize(cyclic()),
  serialize([new URL('http://a/'), AbortSignal.abort().reason, function f() {}, Object.assign([], { x: 1 })]),
];

function cyclic(): unknown {
  const value: Record<string, unknown> = { list: [] };
  value['self'] = value;
  (value['list'] as unknown[]).push(value, new Map([[value, value]]));
  return value;
}

/** Decodes what may be anything; only errors of the toolkit may come out. */
function decodeAnything(bytes: Uint8Array): void {
  for (const owned of [true, false]) {
    try {
      decode(bytes, { owned });
    } catch (error) {
      if (!(error instanceof MultiprocessError)) throw error;
    }
  }
}

describe('bytes that are no message are a SerializationError', () => {
  const message = (...bytes: number[]) => new Uint8Array(bytes);
  const nested = (token: number[], depth: number) =>
    Uint8Array.from([[0x10], ...new Array<number[]>(depth).fill(token), [1]].flat());

  test.each<[string, Uint8Array]>([
    ['nothing', message()],
    ['one byte', message(0x10)],
    ['another format', message(0x20, 1)],
    ['something after the value', message(0x10, 1, 1)],
    ['a token that is never written', message(0x10, 0xc1)],
    ['an array that claims 4 billion elements', message(0x10, 0xdd, 0xff, 0xff, 0xff, 0xff)],
    ['a map that claims 4 billion entries', message(0x10, 0xdf, 0xff, 0xff, 0xff, 0xff)],
    ['a string that claims 4 billion bytes', message(0x10, 0xdb, 0xff, 0xff, 0xff, 0xff, 0x41)],
    ['an extension that claims 4 billion bytes', message(0x10, 0xc9, 0xff, 0xff, 0xff, 0xff, 9)],
    ['an unknown extension', message(0x10, 0xc9, 0, 0, 0, 0, 99)],
    ['an extension longer than its contents', message(0x10, 0xc9, 0, 0, 0, 2, 6, 1, 1)],
    ['contents longer than their extension', message(0x10, 0xc9, 0, 0, 0, 1, 6, 0xcb, 0, 0, 0, 0, 0, 0, 0, 0)],
    ['a reference though there are none', message(0x10, 0xd6, 1, 0, 0, 0, 0)],
    ['a reference to an object to come', message(0x11, 0x91, 0xd6, 1, 0, 0, 0, 5)],
    ['a key that is no string', message(0x10, 0xde, 0, 1, 1, 1)],
    ['a date that is a string', message(0x10, 0xc9, 0, 0, 0, 2, 6, 0xa1, 0x41)],
    ['a regular expression that is none', message(0x10, 0xc9, 0, 0, 0, 3, 7, 0xa1, 0x28, 0xa0)],
    ['a view of a buffer that is not there', message(0x10, 0xc9, 0, 0, 0, 4, 12, 0, 0, 0, 0)],
    ['buffers without a table', message(0x12, 1, 2, 3, 4, 5)],
    ['a table of buffers that overlap', message(0x12, 1, 0x98, 1, 1, 0, 0xc0, 1, 1, 0, 0xc0, 0, 0, 0, 2)],
    ['a token that is never written, further in', message(0x10, 0x91, 0xc1)],
    ['a structure that is defined on the way', message(0x10, 0xd4, 0x72, 0x40, 0x91, 0xa1, 0x61, 1)],
    ['an extension of msgpackr that is never written', message(0x10, 0xd6, 0xff, 0, 0, 0, 0)],
    ['binary data', message(0x10, 0xc4, 1, 1)],
    ['an unknown tag', message(0x11, 0x92, 0xd4, 0, 0, 99)],
    ['a tag that is no number', message(0x11, 0x92, 0xd4, 0, 0, 0xa1, 0x41)],
    ['no tag at all', message(0x11, 0x91, 0xd4, 0, 0)],
    ['a hole outside an array', message(0x11, 0x92, 0xd4, 0, 0, 2)],
    [
      'a reference to an object that is being made',
      message(0x11, 0x94, 0xd4, 0, 0, 22, 0xa1, 0x41, 0x93, 0xd4, 0, 0, 1, 0),
    ],
    ['a tagged array without its fields', message(0x11, 0x92, 0xd4, 0, 0, 6)],
    ['a tagged array with fields too many', message(0x11, 0x94, 0xd4, 0, 0, 6, 1, 1)],
    ['a tagged date that is a string', message(0x11, 0x93, 0xd4, 0, 0, 6, 0xa1, 0x41)],
    ['a tagged view of a buffer that is not there', message(0x11, 0x96, 0xd4, 0, 0, 12, 0, 0, 0, 0)],
    ['a table of buffers longer than the message', message(0x13, 0, 0, 0, 0, 0, 0, 13, 0x92, 1, 0x93, 100, 0, 0xff)],
    ['a table of buffers of something else', message(0x13, 0, 0, 0, 0, 0, 0, 11, 0x92, 1, 0xa0)],
    ['MessagePack that ends beyond the message', message(0x13, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x92, 1, 0x90)],
    ['arrays nested a million deep', nested([0x91], 1_000_000)],
    ['maps nested 100,000 deep', nested([0xde, 0, 1, 0xa1, 0x61], 100_000)],
  ])('%s', (_, bytes) => {
    expect(() => deserialize(bytes)).toThrow(SerializationError);
  });

  test('references of msgpackr, which make a graph of a billion nodes of a few bytes', () => {
    const twice = (level: number): number[] =>
      level === 0 ? [1] : [0xd6, 0x69, 0, 0, 0, level, 0x92, ...twice(level - 1), 0xd6, 0x70, 0, 0, 0, level - 1 || 1];
    for (const first of [0x10, 0x11]) {
      const bytes = message(first, ...twice(30));
      expect(() => deserialize(bytes)).toThrow(SerializationError);
      expect(() => decode(bytes, { owned: true })).toThrow(SerializationError);
    }
  });

  test('a message that ends too early, wherever', () => {
    for (const sample of samples) {
      for (let length = 0; length < sample.length; length++) {
        expect(() => deserialize(sample.slice(0, length))).toThrow(SerializationError);
      }
    }
  });

  test('an array whose length is nearly all holes takes no memory for them', () => {
    const message = serialize(Object.assign(new Array(30_000_000), { 0: 1 }));
    const before = process.memoryUsage().rss;
    const arrived = Array.from({ length: 20 }, () => deserialize(message) as unknown[]);
    expect(arrived[0]).toHaveLength(30_000_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
  });

  test('deserialize() of anything but bytes is a TypeError with what was received', () => {
    expect(() => deserialize('text' as never)).toThrow(
      new TypeError("bytes must be a Uint8Array, received 'text' (string)"),
    );
  });
});

describe('no message can', () => {
  test('change a prototype', () => {
    const arrived = deserialize(serialize(JSON.parse('{"__proto__":{"polluted":1}}'))) as object;
    expect(Object.getPrototypeOf(arrived)).toBe(Object.prototype);
    expect(Object.hasOwn(arrived, '__proto__')).toBe(true);
    const error = Object.defineProperty(new Error('x'), '__proto__', { value: { polluted: 1 }, enumerable: true });
    expect(Object.getPrototypeOf(deserialize(serialize(error)))).toBe(Error.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('cause anything but an error of the toolkit: random bytes (generated)', () => {
    const bytes = fc.tuple(fc.constantFrom(0x10, 0x11, 0x12, 0x13), fc.uint8Array({ maxLength: 200 }));
    fc.assert(
      fc.property(bytes, ([first, rest]) => {
        decodeAnything(new Uint8Array([first, ...rest]));
      }),
      { numRuns: times(20_000), interruptAfterTimeLimit: 15_000 },
    );
  });

  test('cause anything but an error of the toolkit: real messages with bytes changed, removed and put in (generated)', () => {
    const edit = fc.tuple(fc.nat(1_000), fc.constantFrom('change', 'remove', 'insert'), fc.nat(255));
    fc.assert(
      fc.property(fc.constantFrom(...samples), fc.array(edit, { minLength: 1, maxLength: 4 }), (sample, edits) => {
        const bytes = [...sample];
        for (const [at, kind, byte] of edits) {
          if (kind === 'change') bytes[at % bytes.length] = byte;
          else if (kind === 'remove') bytes.splice(at % bytes.length, 1);
          else bytes.splice(at % bytes.length, 0, byte);
        }
        decodeAnything(new Uint8Array(bytes));
      }),
      { numRuns: times(30_000), interruptAfterTimeLimit: 20_000 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test('hurt the messages after it', () => {
    for (const sample of samples) {
      expect(() => deserialize(sample.slice(0, -1))).toThrow(SerializationError);
      expect(serialize(deserialize(sample)).length).toBeGreaterThan(0);
    }
  });
});
