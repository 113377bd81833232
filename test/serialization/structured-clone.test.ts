import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { times } from '../helpers/effort.js';
import { describeGraph } from './describe-graph.js';
import { roundTrip } from './round-trip.js';

// Generated input: bounded by the number of runs and by time, not by the runner.
vi.setConfig({ testTimeout: 120_000 });

const values: Record<string, unknown> = {
  'undefined and null': [undefined, null],
  booleans: [true, false],
  'every size of integer': [0, 1, 31, 32, 127, 128, 255, 256, 65_535, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53],
  'negative integers': [-1, -32, -33, -128, -129, -32_768, -32_769, -(2 ** 31), -(2 ** 31) - 1, -(2 ** 53)],
  'minus zero, NaN and the infinities': [-0, NaN, Infinity, -Infinity],
  fractions: [0.1, Number.MIN_VALUE, Number.MAX_VALUE, Number.EPSILON],
  'bigints of any size': [
    0n,
    5n,
    -5n,
    2n ** 63n - 1n,
    2n ** 63n,
    -(2n ** 63n),
    -(2n ** 63n) - 1n,
    2n ** 64n,
    -(10n ** 400n),
  ],
  'strings of every length': [0, 1, 7, 8, 31, 32, 48, 49, 85, 86, 255, 256, 70_000].map((length) => 'x'.repeat(length)),
  'strings in every script': ['é', 'ü'.repeat(20), '漢字'.repeat(50), '😀'.repeat(300), '\0', '\ufffd'],
  'half surrogate pairs': ['\ud800', 'a\udc00b', '\udc00\ud800', { '\ud800': 1 }],
  'holes in arrays': [[, 1], [1, , 3], new Array(3), [, ,]],
  'arrays with other properties': [
    Object.assign([1, 2], { name: 'x' }),
    /a(?<b>b)/.exec('cab'),
    Object.assign([], { x: 1 }),
  ],
  'long arrays with holes and other properties': [
    Object.assign(new Array(1_000).fill(1), { x: 1 }),
    Object.assign(new Array(1_000), { 5: 1, 999: 2 }),
    Object.assign(new Array(4_000_000_000), { 3_999_999_999: 1 }),
  ],
  'arrays that begin with undefined': [
    [undefined],
    [undefined, 6, 1],
    [undefined, undefined],
    [undefined, , 1],
    [[undefined]],
  ],
  'as many elements as an array is long, but one is another property': Object.assign([, 1], { x: 2 }),
  'properties with names that mean something': {
    constructor: 1,
    hasOwnProperty: 2,
    toJSON: 3,
    length: 4,
    prototype: 5,
  },
  'objects in order of their keys': { b: 1, a: 2, 1: 3, 0: 4, '': 5 },
  'a property called __proto__': JSON.parse('{"__proto__":{"polluted":true},"constructor":1,"toString":2}') as unknown,
  'objects without a prototype': Object.assign(Object.create(null) as object, { a: 1 }),
  'maps with any keys': new Map<unknown, unknown>([
    [1, 'a'],
    ['1', 'b'],
    [{ a: 1 }, new Map()],
    [NaN, -0],
    [undefined, null],
  ]),
  'sets of anything': new Set([1, '1', [1], new Set(), undefined]),
  dates: [new Date(0), new Date(-1), new Date(8.64e15), new Date(1.5e12 + 0.5)],
  'invalid dates': new Date(NaN),
  'regular expressions': [/a/, /[/]\\/dgimsuy, new RegExp('\\p{L}', 'v'), new RegExp('')],
  'boxed primitives': [Object(1), Object(-0), Object('text'), Object(true), Object(5n)],
  'typed arrays': [
    new Uint8Array([1, 2, 3]),
    new Int8Array([-1]),
    new Uint8ClampedArray([255]),
    new Int16Array([-2]),
    new Uint16Array([3]),
    new Int32Array([-4]),
    new Uint32Array([5]),
    new Float32Array([0.5]),
    new Float64Array([-0, NaN]),
    new BigInt64Array([-6n]),
    new BigUint64Array([7n]),
    new Uint8Array(0),
  ],
  'array buffers and data views': [new ArrayBuffer(3), new ArrayBuffer(0), new DataView(new ArrayBuffer(8), 0, 8)],
  'an object with 70,000 properties': Object.fromEntries(Array.from({ length: 70_000 }, (_, i) => [`key${i}`, i])),
};

describe('like structured clone, a message carries', () => {
  test.each(Object.entries(values))('%s', (_, value) => {
    expect(describeGraph(roundTrip(value))).toBe(describeGraph(structuredClone(value)));
  });

  test('any value at all (generated)', () => {
    const anything = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
      withNullPrototype: true,
      stringUnit: 'binary',
    } as fc.ObjectConstraints);
    fc.assert(
      fc.property(anything, (value) => {
        expect(describeGraph(roundTrip(value))).toBe(describeGraph(structuredClone(value)));
      }),
      { numRuns: times(2_000), interruptAfterTimeLimit: 20_000 },
    );
  });

  test('any graph at all: cycles, and objects that occur twice (generated)', () => {
    const edges = fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 40 });
    const kinds = fc.array(fc.constantFrom('object', 'array', 'map', 'set'), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(kinds, edges, (made, links) => {
        const graph = makeGraph(made, links);
        expect(describeGraph(roundTrip(graph))).toBe(describeGraph(structuredClone(graph)));
      }),
      { numRuns: times(1_000), interruptAfterTimeLimit: 20_000 },
    );
  });
});

describe('as with structured clone', () => {
  test('an accessor is read once, and arrives as a plain property', () => {
    let reads = 0;
    const source = {
      get now() {
        return ++reads;
      },
    };
    expect(Object.getOwnPropertyDescriptor(roundTrip(source), 'now')).toEqual({
      value: 1,
      writable: true,
      enumerable: true,
      configurable: true,
    });
    expect(reads).toBe(1);
  });

  test('symbol keys, inherited and non-enumerable properties stay behind', () => {
    const source = Object.defineProperty({ [Symbol('s')]: 1, seen: 2 }, 'hidden', { value: 3 });
    expect(Reflect.ownKeys(roundTrip(source))).toEqual(['seen']);
  });

  test('lastIndex of a regular expression begins at 0 again', () => {
    const pattern = /a/g;
    pattern.lastIndex = 5;
    expect(roundTrip(pattern).lastIndex).toBe(0);
  });

  test('views of one buffer share one on arrival', () => {
    const buffer = new ArrayBuffer(64);
    const arrived = roundTrip({ a: new Uint8Array(buffer, 8, 8), b: new Float64Array(buffer, 8, 2), buffer });
    arrived.b[0] = 1;
    expect(arrived.a.buffer).toBe(arrived.buffer);
    expect(arrived.a).toEqual(new Uint8Array(new Float64Array([1]).buffer));
    expect(arrived.buffer.byteLength).toBe(64);
  });

  test('toJSON() is not called', () => {
    const source = { a: 1, toJSON: () => 'json', at: Object.assign(new Date(5), { toJSON: () => 'json' }) };
    const arrived = roundTrip(source);
    expect([arrived.a, arrived.toJSON(), arrived.at.getTime()]).toEqual([1, 'json', 5]);
  });

  test('objects that occur twice stay one, also beside array buffers', () => {
    const twice = { n: 1 };
    const bytes = new Uint8Array([1, 2]);
    const arrived = roundTrip([twice, bytes, new Map([[twice, bytes]]), twice]);
    expect(arrived[3]).toBe(arrived[0]);
    expect((arrived[2] as Map<object, Uint8Array>).get(arrived[0] as object)).toBe(arrived[1]);
  });

  test('a resizable buffer stays one', () => {
    const buffer = Reflect.construct(ArrayBuffer, [8, { maxByteLength: 16 }]) as ArrayBuffer;
    expect(roundTrip(buffer)).toMatchObject({ resizable: true, byteLength: 8, maxByteLength: 16 });
  });

  test('the message is a snapshot: what changes afterwards does not travel', () => {
    const bytes = new Uint8Array([1]);
    const arrived = roundTrip({ bytes });
    bytes[0] = 2;
    expect(arrived.bytes[0]).toBe(1);
  });
});

describe('unlike structured clone', () => {
  test('a view of a part of a buffer brings that part, not all of the buffer', () => {
    const arrived = roundTrip(new Uint8Array(new ArrayBuffer(1_000_000), 500_000, 8));
    expect(arrived.buffer.byteLength).toBe(8);
  });

  test('a Buffer stays a Buffer, without the rest of its pool', () => {
    const arrived = roundTrip(Buffer.from('hello'));
    expect(Buffer.isBuffer(arrived)).toBe(true);
    expect(arrived.toString()).toBe('hello');
    expect(arrived.buffer.byteLength).toBe(5);
  });

  test('what a proxy shows travels', () => {
    const shown = new Proxy(
      { a: 1 },
      { get: (target, key) => (key === 'a' ? 2 : (Reflect.get(target, key) as unknown)) },
    );
    expect(roundTrip([shown, new Proxy([1, , 3], {})])).toEqual([{ a: 2 }, [1, , 3]]);
  });

  test('a URL and its search parameters travel', () => {
    expect(roundTrip(new URL('https://example.org/a?b=c#d')).href).toBe('https://example.org/a?b=c#d');
    expect([...roundTrip(new URLSearchParams('a=1&a=2'))]).toEqual([
      ['a', '1'],
      ['a', '2'],
    ]);
  });
});

type Node = Record<string, unknown> | unknown[] | Map<unknown, unknown> | Set<unknown>;

function makeGraph(kinds: readonly string[], links: readonly (readonly [number, number])[]): unknown {
  const nodes = kinds.map((kind): Node => {
    if (kind === 'array') return [];
    if (kind === 'map') return new Map();
    return kind === 'set' ? new Set() : {};
  });
  links.forEach(([from, to], index) => {
    const node = nodes[from]!;
    if (Array.isArray(node)) node.push(nodes[to]);
    else if (node instanceof Map) node.set(nodes[index % 12], nodes[to]);
    else if (node instanceof Set) node.add(nodes[to]);
    else node[`p${index}`] = nodes[to];
  });
  return nodes[0];
}
