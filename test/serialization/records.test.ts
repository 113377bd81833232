import { spawnSync } from 'node:child_process';
import { MultiprocessError, RingItem, RingMessage, SerializationError } from '@multiprocess/shared-memory';
import { deserialize, MessageCodec, serialize } from '@multiprocess/serialization';
import type { ShapeStore } from '@multiprocess/serialization';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { times } from '../helpers/effort.js';

// Generated input: bounded by the number of runs and by time, not by the runner.
vi.setConfig({ testTimeout: 120_000 });

/** What a segment is for: definitions that only grow. */
class Store implements ShapeStore {
  bytes: Uint8Array = new Uint8Array(0);
  room = Infinity;

  get length(): number {
    return this.bytes.length;
  }

  read(start: number): Uint8Array {
    return this.bytes.slice(start);
  }

  tryAppend(length: number, bytes: Uint8Array): boolean {
    if (length !== this.length || length + bytes.length > this.room) return false;
    this.bytes = Buffer.concat([this.bytes, bytes]);
    return true;
  }
}

/** A channel with a sender and a receiver, which know each other's shapes only by the store. */
function newChannel() {
  const store = new Store();
  const sender = new MessageCodec(store);
  const receiver = new MessageCodec(store);
  const messageOf = (value: unknown) =>
    RingMessage.prototype.copy.call(sender.encode(value)).bytes as Uint8Array<ArrayBuffer>;
  const receive = (bytes: Uint8Array<ArrayBuffer>) => receiver.decode(new RingItem(bytes, 0, bytes.length, false));
  return { store, messageOf, receive, pass: (value: unknown) => receive(messageOf(value)) };
}

const RECORDS = 0x20;
const measurement = (id: number) => ({
  id,
  name: 'measurement',
  at: { x: id + 0.5, y: -id - 1000 },
  tags: ['a', 'b'],
  ok: true,
});

test('names of properties are sent once a channel', () => {
  const { messageOf, receive } = newChannel();
  const lengths = Array.from({ length: 4 }, (_, id) => messageOf(measurement(id)).length);
  expect(lengths[0]).toBeGreaterThan(lengths[2]! + 20);
  expect(lengths[3]).toBe(lengths[2]);
  expect(Buffer.from(messageOf(measurement(9))).includes('tags')).toBe(false);
  for (let id = 0; id < 100; id++) expect(receive(messageOf(measurement(id)))).toStrictEqual(measurement(id));
});

test('what arrives is what serialize() carries, whatever was sent before (generated)', () => {
  const { pass } = newChannel();
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withBoxedValues: true,
    stringUnit: 'binary',
  });
  fc.assert(
    fc.property(anything, (value) => {
      expect(pass(value)).toStrictEqual(deserialize(serialize(value)));
      expect(pass(value)).toStrictEqual(deserialize(serialize(value)));
    }),
    { numRuns: times(3_000), interruptAfterTimeLimit: 30_000 },
  );
});

describe('what plain data has no room for arrives all the same', () => {
  const shared = { name: 'shared' };
  const cyclic: Record<string, unknown> = { list: [] };
  (cyclic['list'] as unknown[]).push(cyclic);

  test.each<[string, unknown]>([
    ['-0', [-0, { x: -0 }]],
    ['half a surrogate pair', ['\ud800', 'long enough to be written otherwise \udfff', { '\ud800': 1 }]],
    ['text of all lengths', Array.from({ length: 70 }, (_, i) => 'aé€😀'.repeat(i) + 'a'.repeat(i))],
    [
      'integers and fractions of all sizes',
      [0, 127, 128, -32, -33, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 1e300, NaN, -Infinity],
    ],
    ['undefined, null and big integers', { a: undefined, b: null, c: 2n ** 70n }],
    ['holes', [1, , 3]],
    ['named properties of an array', Object.assign([1, 2], { name: 'both' })],
    ['a named property in place of an element', Object.assign([1, , 3], { name: 'both' })],
    ['a key called __proto__', JSON.parse('{"__proto__": {"polluted": true}, "a": 1}')],
    ['a key called constructor', { constructor: 1, toString: 2, hasOwnProperty: 3 }],
    ['keys that are numbers', { 10: 'a', 2: 'b', x: 'c' }],
    ['an object without prototype', Object.assign(Object.create(null) as object, { a: 1 })],
    ['an object twice', [shared, shared]],
    ['an object in itself', cyclic],
    ['many objects', Array.from({ length: 3000 }, (_, id) => measurement(id))],
    ['more keys than a shape has', Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`key${i}`, i]))],
    [
      'short bytes',
      { a: new Uint8Array(3).fill(1), b: Buffer.from('b'), c: new Uint8Array(0), d: new Uint8Array(2000) },
    ],
    ['two views of the same bytes', ((bytes) => [bytes, bytes.subarray(2), bytes])(new Uint8Array(8).fill(3))],
    ['other views', [new Float64Array([1.5]), new DataView(new ArrayBuffer(3)), new ArrayBuffer(2), new Int8Array(1)]],
    ['bytes', { head: new Uint8Array([1, 2]), body: new Uint8Array(5000).fill(7), rest: Buffer.from('x') }],
  ])('%s', (_, value) => {
    const { pass } = newChannel();
    for (let round = 0; round < 20; round++) expect(pass(value)).toStrictEqual(deserialize(serialize(value)));
  });

  test('two views of the same bytes share them, and no others', () => {
    const { pass } = newChannel();
    const bytes = new Uint8Array(8);
    const [a, b, c] = pass([bytes, bytes.subarray(2), new Uint8Array(8)]) as Uint8Array[];
    a![2] = 9;
    expect([b![0], c![2]]).toEqual([9, 0]);
    const [lone] = pass([bytes.subarray(4)]) as Uint8Array[];
    expect(lone!.buffer.byteLength).toBeLessThanOrEqual(8);
  });

  test('a view of memory that other processes cannot see is refused', () => {
    expect(() => newChannel().pass({ a: new Uint8Array(new SharedArrayBuffer(8)) })).toThrow(/SharedArrayBuffer/);
  });

  test('an object twice is one object', () => {
    const [a, b] = newChannel().pass([shared, shared]) as unknown[];
    expect(a).toBe(b);
  });
});

test('every getter is read once, whichever way the message takes', () => {
  let reads = 0;
  const inner = Object.defineProperty({ y: 1 }, 'x', { get: () => ++reads, enumerable: true });
  const { pass } = newChannel();
  expect(pass([inner])).toEqual([{ y: 1, x: 1 }]);
  expect(pass({ inner, date: new Date(0) })).toEqual({ inner: { y: 1, x: 2 }, date: new Date(0) });
  expect(pass([inner, [1, , 2]])).toEqual([{ y: 1, x: 3 }, [1, , 2]]);
  const list = Object.defineProperty([1, 2], 0, { get: () => ++reads, enumerable: true });
  expect(pass([list, new Date(0)])).toEqual([[4, 2], new Date(0)]);
});

test('a getter that throws is named by its path', () => {
  const value = [
    {
      a: {
        get b(): number {
          throw new Error('no');
        },
      },
    },
  ];
  expect(() => newChannel().pass(value)).toThrow(expect.objectContaining({ path: '$[0].a.b' }) as Error);
});

test('a getter that sends something itself through the same channel disturbs neither message', () => {
  const channel = newChannel();
  const within: unknown[] = [];
  const value = () => ({
    before: 'x'.repeat(50),
    get now() {
      within.push(channel.pass(measurement(1)));
      return 2;
    },
    after: 'y',
  });
  for (let round = 0; round < 5; round++)
    expect(channel.pass(value())).toStrictEqual({ before: 'x'.repeat(50), now: 2, after: 'y' });
  expect(within).toStrictEqual(new Array(5).fill(measurement(1)));
});

test('what cannot be carried, or is nested too deeply, is refused with its path', () => {
  const { pass } = newChannel();
  expect(() => pass({ a: [1, { f: Symbol('x') }] })).toThrow(expect.objectContaining({ path: '$.a[1].f' }) as Error);
  let deep: unknown = 1;
  for (let i = 0; i < 5000; i++) deep = [deep];
  expect(() => pass(deep)).toThrow(SerializationError);
  expect(pass('still works')).toBe('still works');
});

test('a property that all objects inherit is not taken for their own', () => {
  const { pass } = newChannel();
  for (let i = 0; i < 3; i++) pass({ own: 1 });
  Object.defineProperty(Object.prototype, 'inherited', {
    value: 2,
    enumerable: true,
    configurable: true,
    writable: true,
  });
  try {
    expect(Object.keys(pass({ own: 1 }) as object)).toEqual(['own']);
  } finally {
    Reflect.deleteProperty(Object.prototype, 'inherited');
  }
});

test('when the table is full, or has no room, messages bring their names along', () => {
  const { store, pass } = newChannel();
  for (let i = 0; i < 400; i++)
    for (let again = 0; again < 2; again++) expect(pass({ [`key${i}`]: i })).toEqual({ [`key${i}`]: i });
  const { length } = store;
  expect(length).toBeGreaterThan(1000);
  store.room = length;
  for (let i = 0; i < 200; i++) expect(pass({ [`other${i % 9}`]: i, x: 1 })).toEqual({ [`other${i % 9}`]: i, x: 1 });
  expect(store.length).toBe(length);
});

test('keys that never come again do not fill the table', () => {
  const { store, pass } = newChannel();
  for (let i = 0; i < 5000; i++) pass({ [`user-${i}`]: i });
  expect(store.length).toBe(0);
});

test('senders that define the same shapes at the same time agree', () => {
  const store = new Store();
  const codecs = Array.from({ length: 4 }, () => new MessageCodec(store));
  for (let i = 0; i < 200; i++) {
    const value = { [`k${i % 7}`]: i, nested: { [`n${i % 3}`]: [i] } };
    const { bytes } = codecs[i % 4]!.encode(value).copy();
    for (const codec of codecs)
      expect(codec.decode(new RingItem(bytes as Uint8Array<ArrayBuffer>, 0, bytes.length, true))).toEqual(value);
  }
  const text = Buffer.from(store.bytes).toString('latin1');
  expect(text.match(/\["k0","nested"\]/g)).toHaveLength(1);
});

test('received bytes share no memory with what is used again', () => {
  const { messageOf, receive } = newChannel();
  const bytes = messageOf({ small: new Uint8Array(10).fill(1), large: new Uint8Array(100_000).fill(2) });
  const got = receive(bytes) as { small: Uint8Array; large: Uint8Array };
  bytes.fill(0xff);
  expect([got.small[9], got.large[99_999]]).toEqual([1, 2]);
});

describe('damage', () => {
  const samples = [
    measurement(1),
    [measurement(2), { a: [[['deep', 1.5]]], b: null }, 'text €', true, undefined],
    { long: 'x'.repeat(300), list: Array.from({ length: 40 }, (_, i) => i * 1000) },
    { date: new Date(0), map: new Map([[1, { a: 1 }]]), bytes: new Uint8Array(5000) },
  ];

  /** Gives back the channel's answer to whatever it gets; only errors of the toolkit may come out. */
  function receiveAnything(receive: () => unknown): void {
    try {
      receive();
    } catch (error) {
      if (!(error instanceof MultiprocessError)) throw error;
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  }

  test('of a message gives an error or some value: cut off at every byte, each byte replaced', () => {
    const { messageOf, receive } = newChannel();
    for (const sample of samples) for (let i = 0; i < 3; i++) messageOf(sample);
    for (const message of samples.map(messageOf)) {
      const length = Math.min(message.length, 400);
      for (let at = 0; at < length; at++) {
        expect(() => receive(message.slice(0, at))).toThrow(MultiprocessError);
        for (const byte of [0, 1, 0x7f, 0x80, 0x9f, 0xbf, 0xc1, 0xd4, 0xdb, 0xdd, 0xdf, 0xff, message[at]! ^ 1]) {
          const damaged = message.slice();
          damaged[at] = byte;
          receiveAnything(() => receive(damaged));
        }
      }
    }
    for (const sample of samples) expect(receive(messageOf(sample))).toStrictEqual(sample);
  });

  test('of any kind gives an error or some value (generated)', () => {
    const { messageOf, receive } = newChannel();
    for (const sample of samples) for (let i = 0; i < 3; i++) messageOf(sample);
    const token = fc.constantFrom(
      0x90,
      0x9f,
      0xa3,
      0xc0,
      0xc1,
      0xc2,
      0xcb,
      0xd2,
      0xd4,
      0xdb,
      0xdd,
      0xdf,
      0xff,
      0,
      1,
      5,
    );
    const bytes = fc.array(fc.oneof(token, fc.integer({ min: 0, max: 255 })), { maxLength: 200 });
    fc.assert(
      fc.property(bytes, (rest) => {
        receiveAnything(() => receive(Uint8Array.from([RECORDS, ...rest])));
      }),
      { numRuns: times(20_000), interruptAfterTimeLimit: 20_000 },
    );
    for (const sample of samples) expect(receive(messageOf(sample))).toStrictEqual(sample);
  });

  test.each<[string, number[]]>([
    ['nothing behind the first byte', []],
    ['a shape that was not defined', [0xd4, 77]],
    ['an array that claims 4 billion elements', [0xdd, 0xff, 0xff, 0xff, 0xff]],
    ['an object that claims 4 billion properties', [0xdf, 0xff, 0xff, 0xff, 0xff]],
    ['a string that claims 4 billion bytes', [0xdb, 0xff, 0xff, 0xff, 0xff, 0x41]],
    ['a short string without its characters', [0xbf]],
    ['a fraction without its bytes', [0xcb, 1, 2]],
    ['something behind the value', [1, 1]],
    ['a property whose name is a number', [0xdf, 1, 0, 0, 0, 5, 5]],
    ['a property called __proto__', [0xdf, 1, 0, 0, 0, 0xa9, ...Buffer.from('__proto__'), 0x90]],
    ['arrays nested 60,000 deep', new Array<number>(60_000).fill(0x91)],
  ])('is found: %s', (_, rest) => {
    const { receive } = newChannel();
    expect(() => receive(Uint8Array.from([RECORDS, ...rest]))).toThrow(SerializationError);
  });

  test.each<[string, Buffer]>([
    ['that are no JSON', Buffer.from('nonsense')],
    ['that are no names', Buffer.from('[1, 2]')],
    ['of a name that comes twice', Buffer.from('["a", "a"]')],
    ['that would set a prototype', Buffer.from('["__proto__"]')],
    ['of too many names', Buffer.from(JSON.stringify(Array.from({ length: 100 }, (_, i) => `k${i}`)))],
  ])('of definitions is found: those %s', (_, definition) => {
    const { store, receive } = newChannel();
    store.bytes = Buffer.concat([Buffer.from([definition.length & 255, definition.length >> 8]), definition]);
    expect(() => receive(Uint8Array.of(RECORDS, 0xd4, 0, 1))).toThrow(SerializationError);
    store.bytes = store.bytes.slice(0, -1);
    expect(() => receive(Uint8Array.of(RECORDS, 0xd4, 0, 1))).toThrow(SerializationError);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

test('names in definitions are data, whatever they look like', () => {
  const { pass } = newChannel();
  const value = { '"]; throw 1; //': 1, '`${x}`': 2, 'a\u2028b\n': 3, '*/': 4 };
  for (let i = 0; i < 40; i++) expect(pass(value)).toStrictEqual(value);
});

test('it works where nothing may be compiled at run time', () => {
  const program = `
    import { Queue } from '@multiprocess/queue';
    const queue = new Queue();
    for (let id = 0; id < 100; id++) {
      queue.putSync({ id, tags: ['a'] });
      if (JSON.stringify(queue.getSync()) !== JSON.stringify({ id, tags: ['a'] })) throw new Error('differs');
    }
    queue.close();
    console.log('works');`;
  const args = ['--disallow-code-generation-from-strings', '--input-type=module', '-e', program];
  const { stderr, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: import.meta.dirname });
  expect({ stdout, stderr }).toEqual({ stdout: 'works\n', stderr: '' });
});
