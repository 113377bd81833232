const KEYS = [
  'a',
  'b',
  'id',
  'name',
  '',
  '0',
  '1',
  '-1',
  '007',
  '4294967295',
  '4294967294',
  'constructor',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__proto__',
  '__proto',
  'prototype',
  'then',
  'toJSON',
  'length',
  'é',
  '😀',
  '\ud800',
  '\u0000',
  'x'.repeat(100),
  'key with "quotes" \n',
];
const TEXTS = [
  '',
  'a',
  'hello',
  'é',
  '€',
  '😀',
  '\ud800',
  '\udc00x',
  'a\u0000b',
  '\ufeffbom',
  'x'.repeat(31),
  'x'.repeat(32),
  'x'.repeat(255),
  'y'.repeat(256),
  'é'.repeat(70),
  'z'.repeat(65536),
  '\uffff',
  'ÿ',
  '__proto__',
];
const NUMBERS = [
  0,
  -0,
  1,
  -1,
  31,
  32,
  127,
  128,
  255,
  256,
  65535,
  65536,
  -32,
  -33,
  -128,
  -129,
  -32768,
  -32769,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  -(2 ** 31) - 1,
  2 ** 32,
  2 ** 53,
  2 ** 53 - 1,
  -(2 ** 53),
  1e300,
  5e-324,
  0.1,
  -0.1,
  NaN,
  Infinity,
  -Infinity,
  1.5,
  Math.fround(0.1),
];
const BIGINTS = [
  0n,
  1n,
  -1n,
  2n ** 31n,
  2n ** 63n - 1n,
  2n ** 63n,
  -(2n ** 63n),
  -(2n ** 63n) - 1n,
  2n ** 64n,
  10n ** 40n,
  -(10n ** 40n),
  2n ** 1000n,
];
const VIEWS = [
  Uint8Array,
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
  ...(globalThis.Float16Array === undefined ? [] : [globalThis.Float16Array]),
];
const ERRORS = [Error, TypeError, RangeError, SyntaxError, EvalError, URIError, ReferenceError];

/** Makes values of all kinds that can be sent, nested, with cycles and shared parts. */
export class RandomValues {
  #random;
  #made = [];
  #budget = 0;

  /** @param {(below: number) => number} random */
  constructor(random) {
    this.#random = random;
  }

  next() {
    this.#made = [];
    this.#budget = 1 + this.#random(40);
    return this.#value(4);
  }

  #one(list) {
    return list[this.#random(list.length)];
  }

  #chance(outOf) {
    return this.#random(outOf) === 0;
  }

  /** Remembers an object, so that it may be met again within the same value. */
  #object(object) {
    this.#made.push(object);
    return object;
  }

  #value(depth) {
    if (this.#budget-- <= 0) return this.#random(10);
    if (this.#made.length > 0 && this.#chance(8)) return this.#one(this.#made);
    return depth <= 0 || this.#chance(4) ? this.#primitive() : this.#one(this.#makers)(depth - 1);
  }

  #primitive() {
    return this.#one([
      () => this.#one([null, undefined, true, false]),
      () => this.#one(NUMBERS),
      () => this.#random(1000) - 500,
      () => this.#one(TEXTS),
      () => this.#one(BIGINTS),
      () => this.#one(TEXTS) + this.#random(100),
    ])();
  }

  #define(object, key, value) {
    return Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  }

  #many(most, add) {
    for (let count = this.#random(most); count > 0; count--) add();
  }

  #record = (depth) => {
    const object = this.#object({});
    this.#many(7, () => this.#define(object, this.#one(KEYS), this.#value(depth)));
    return object;
  };

  #array = (depth) => {
    const array = this.#object([]);
    this.#many(7, () => array.push(this.#value(depth)));
    return array;
  };

  #sparseArray = (depth) => {
    const array = this.#object(new Array(this.#random(12)));
    this.#many(4, () => {
      if (array.length > 0) array[this.#random(array.length)] = this.#value(depth);
    });
    if (this.#chance(3)) array[this.#one(['x', '-1', 'length2', '4294967295', 'constructor'])] = this.#value(depth);
    return array;
  };

  #map = (depth) => {
    const map = this.#object(new Map());
    this.#many(5, () => map.set(this.#value(depth), this.#value(depth)));
    return map;
  };

  #set = (depth) => {
    const set = this.#object(new Set());
    this.#many(5, () => set.add(this.#value(depth)));
    return set;
  };

  #view = () => {
    const View = this.#one(VIEWS);
    const shared = this.#made.find((object) => object instanceof ArrayBuffer && object.byteLength >= 16);
    const buffer = shared ?? this.#object(new ArrayBuffer(this.#one([0, 8, 16, 64, 5000])));
    const bytes = new Uint8Array(buffer, 0, Math.min(buffer.byteLength, 64));
    for (let i = 0; i < bytes.length; i++) bytes[i] = this.#random(256);
    const offset = Math.min(this.#one([0, 8]), buffer.byteLength);
    const most = Math.floor((buffer.byteLength - offset) / (View.BYTES_PER_ELEMENT ?? 1));
    return this.#object(new View(buffer, offset, this.#random(most + 1)));
  };

  #error = (depth) => {
    const cause = this.#chance(2) ? { cause: this.#value(depth) } : undefined;
    const error = this.#object(new (this.#one(ERRORS))(this.#one(TEXTS), cause));
    if (this.#chance(2)) error.code = this.#one(TEXTS);
    if (this.#chance(3)) error.extra = this.#value(depth);
    if (this.#chance(4)) error.name = 'Other';
    return error;
  };

  #rows = () => {
    const keys = [this.#one(KEYS.slice(0, 5)), this.#one(KEYS)];
    const row = () => keys.reduce((object, key) => this.#define(object, key, this.#value(0)), {});
    return this.#object(Array.from({ length: 2 + this.#random(5) }, row));
  };

  #withoutPrototype = (depth) => {
    const object = this.#object(Object.create(null));
    object.a = this.#value(depth);
    return object;
  };

  #makers = [
    this.#record,
    this.#record,
    this.#record,
    this.#array,
    this.#array,
    this.#sparseArray,
    this.#map,
    this.#set,
    this.#view,
    this.#error,
    this.#rows,
    this.#withoutPrototype,
    () => this.#object(new Date(this.#one([0, -1, 8.64e15, NaN, 1e12, -8.64e15]))),
    () =>
      this.#object(
        new RegExp(
          this.#one(['a', '(?:)', '[/]\\n', '\\u{1F600}', 'a|b']),
          this.#one(['', 'g', 'iu', 'sy', 'd', 'gimsuy']),
        ),
      ),
    () => this.#object(new ArrayBuffer(this.#one([0, 1, 7, 8, 3000]))),
    () => this.#object(Buffer.from(this.#one(TEXTS))),
    () => this.#object(Object(this.#one([1, 'str', true, 5n, -0, NaN]))),
    () => this.#object(new URL(this.#one(['http://a/', 'file:///x%20y', 'data:text/plain,hi']))),
    (depth) => this.#object(new AggregateError([this.#value(depth), new Error('x')], 'm')),
    () => this.#object(new Uint8Array(this.#one([0, 1, 2047, 2048, 2049, 70_000])).fill(this.#random(256))),
  ];
}
