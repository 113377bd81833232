// Mutated and spliced messages and random bytes for deserialize(), for decode() of owned and of shared bytes, and for the records
// of queues with damaged tables of shapes. Only errors of the toolkit may come out, quickly, with no prototype changed and no
// memory kept; afterwards right messages must still decode.
//   node codec-fuzz.mjs [seconds=120] [seed]
import { decode, deserialize, MessageCodec, registerType, serialize } from '@multiprocess/serialization';
import { MultiprocessError } from '@multiprocess/shared-memory';
import { anySeed, randomNumbers } from '../harness/random.mjs';
import { encodeRecord, itemOf, shapeStore } from '../harness/record-store.mjs';
import { Report } from '../harness/report.mjs';

const SLOW_MS = 1000;
const MAX_BYTES = 1500;
const INTERESTING = Buffer.from(
  '000102105f7f808e8f90919fa0bfc0c1c4c7c8c9cacbcfd3d4d6d8d9dadbdcdddedfe0feff111213427269707378',
  'hex',
);

Error.stackTraceLimit = 3;
const [, , secondsGiven = '120', seedGiven] = process.argv;
const seed = Number(seedGiven ?? anySeed());
const random = randomNumbers(seed);
const one = (list) => list[random(list.length)];
const report = new Report();

class Money {
  constructor(amount) {
    this.amount = amount;
  }
}
registerType({
  name: 'Money',
  class: Money,
  encode: ({ amount }) => ({ amount }),
  decode: ({ amount }) => new Money(amount),
});

const VALUES = valuesOfAllKinds();
// What these hold is made anew at each decoding: errors with their stacks, functions, and what has no order.
const DECODES_DIFFERENTLY = [3, 5, 14];
const messages = VALUES.map((value) => new Uint8Array(serialize(value)));
const shapes = shapeStore();
const codec = new MessageCodec(shapes);
const records = recordValues().map((value) => encodeRecord(codec, value));
const intact = intactPrototypes();

const counts = { deserialize: 0, decode: 0, records: 0, values: 0, refused: 0 };
const slowest = { ms: 0, what: '' };
const end = Date.now() + Number(secondsGiven) * 1000;
for (let round = 1; Date.now() < end; round++) {
  for (let i = 0; i < 200; i++) attack(i);
  if (round % 20 === 0) checkAll();
}
checkAll();
report.conclude({ seed, ...counts, slowest });

function attack(i) {
  const bytes = random(10) === 0 ? randomMessage() : mutated(one(messages));
  attempt('deserialize', bytes, () => deserialize(bytes));
  if (i % 4 === 0) attempt('decode', bytes, () => decode(bytes, { owned: random(2) === 0 }));
  if (i % 2 === 0) {
    const record = mutated(one(records));
    attempt('records', record, () => codec.decode(itemOf(record, random(2) === 0)));
  }
  if (i % 8 === 0) attackShapes();
}

/** A reader and a writer that find a damaged table. */
function attackShapes() {
  const damaged =
    random(3) > 0
      ? mutated(shapes.bytes.subarray(0, 2 + random(shapes.length)))
      : shapes.bytes.slice(0, random(shapes.length));
  const other = new MessageCodec(shapeStore(damaged));
  for (let i = 0; i < 4; i++) {
    const record = random(2) > 0 ? one(records) : mutated(one(records));
    attempt('records', record, () => other.decode(itemOf(record, false)));
  }
  for (let i = 0; i < 2; i++) attempt('records', damaged, () => other.encode({ a: 1, b: 2 }));
}

function attempt(kind, bytes, call) {
  counts[kind]++;
  const begin = performance.now();
  try {
    call();
    counts.values++;
  } catch (error) {
    if (error instanceof MultiprocessError) counts.refused++;
    else report.fault(`${kind} threw ${error?.stack ?? error} for ${Buffer.from(bytes).toString('hex').slice(0, 400)}`);
  }
  const ms = performance.now() - begin;
  if (ms > slowest.ms)
    Object.assign(slowest, { ms, what: `${kind} ${Buffer.from(bytes).toString('hex').slice(0, 200)}` });
  if (ms > SLOW_MS) report.fault(`${kind} took ${ms} ms for ${Buffer.from(bytes).toString('hex').slice(0, 400)}`);
}

function checkAll() {
  for (const [owner, keys, parent] of intact) {
    const changed =
      Reflect.ownKeys(owner.prototype).length !== keys || Object.getPrototypeOf(owner.prototype) !== parent;
    if (changed) report.fault(`the prototype of ${owner.name} was changed`);
  }
  if ({}.polluted !== undefined || {}.x !== undefined) report.fault('Object.prototype has new properties');
  for (const [number, message] of messages.entries()) {
    const again = serialize(deserialize(message));
    if (DECODES_DIFFERENTLY.includes(number)) continue;
    if (Buffer.compare(again, message) !== 0) report.fault(`message ${number} is not what it was`);
  }
  for (const record of records) attempt('records', record, () => codec.decode(itemOf(record, false)));
}

function mutated(source) {
  const bytes = [...source.subarray(0, MAX_BYTES)];
  for (let count = 1 + random(4); count > 0; count--) {
    const at = random(bytes.length || 1);
    const from = one(messages);
    const start = random(from.length);
    one([
      () => (bytes[at] = random(256)),
      () => (bytes[at] = one(INTERESTING)),
      () => (bytes[at] ^= 1 << random(8)),
      () => bytes.splice(at, 1 + random(4)),
      () => bytes.splice(at, 0, one(INTERESTING)),
      () => bytes.splice(at, random(8), ...from.subarray(start, start + random(40))),
      () => bytes.splice(at, 0, ...bytes.slice(at, at + random(30))),
      () => (bytes.length = at),
    ])();
    if (bytes.length === 0) bytes.push(0x10);
  }
  return Uint8Array.from(bytes);
}

function randomMessage() {
  const rest = Array.from({ length: random(60) }, () => (random(3) > 0 ? random(256) : one(INTERESTING)));
  return Uint8Array.of(0x10 + random(4), ...rest);
}

function valuesOfAllKinds() {
  const cycle = { list: [] };
  cycle.self = cycle;
  cycle.list.push(cycle, new Map([[cycle, new Set([cycle])]]));
  return [
    { id: 1, name: 'item', value: 3.14, tags: ['a', 'b'], ok: true },
    [
      new Map([[1, new Set(['x'])]]),
      new Date(0),
      /a+b/giu,
      10n ** 30n,
      -(2n ** 80n),
      '\ud800',
      [, 1],
      undefined,
      -0,
      NaN,
    ],
    { a: new Float64Array(3), b: new ArrayBuffer(9), c: Buffer.from('c'), d: new DataView(new ArrayBuffer(4)) },
    new AggregateError([new TypeError('a', { cause: 1 }), Object.assign(new Error('b'), { code: 'B' })], 'all'),
    cycle,
    [new URL('http://a/?q=1#h'), AbortSignal.abort().reason, (a) => a, Object.assign([], { x: 1 })],
    new Money(5),
    [new Money(new Money([1]))],
    Array.from({ length: 40 }, (_, i) => ({ i, s: 'x'.repeat(i) })),
    Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`k${i}`, i])),
    [[[[[[[[[[1]]]]]]]]]],
    'x'.repeat(300),
    new Uint8Array(5000),
    Object.assign(new Array(1000), { 3: 1 }),
    new DOMException('a', 'AbortError'),
    [Object('s'), Object(true), Object(1n), Object(1), new BigInt64Array(2)],
  ];
}

function recordValues() {
  return Array.from({ length: 4 }, (_, i) => [
    { a: 1, b: 'x', c: [1, 2] },
    { id: i, n: { x: 1.5, y: null } },
    [{ k: 1 }, { k: 2 }, { k: 'é€😀' }],
    { bytes: Buffer.from('abc'), u: new Uint8Array(3) },
    'text',
    5,
    [undefined, true, false, -1, 2 ** 40],
    { constructor: 1, toString: 2, __proto: 3 },
  ]).flat();
}

function intactPrototypes() {
  return [Object, Array, Map, Set, Error, Function, String, Number, Promise, Uint8Array, RegExp, Date].map((owner) => [
    owner,
    Reflect.ownKeys(owner.prototype).length,
    Object.getPrototypeOf(owner.prototype),
  ]);
}
