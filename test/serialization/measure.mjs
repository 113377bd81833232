// How long encoding and decoding take: node test/serialization/measure.mjs (after a build; nothing else should run).
// Each line is the fastest of 300 rounds, in nanoseconds a call, with JSON for comparison.
import { decode, encode } from '@multiprocess/serialization';

const CALLS = 2_000;
const ROUNDS = 300;

function nanoseconds(call, calls = CALLS) {
  for (let i = 0; i < calls * 50; i++) call();
  let fastest = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < calls; i++) call();
    fastest = Math.min(fastest, Number(process.hrtime.bigint() - start) / calls);
  }
  return Math.round(fastest);
}

const item = { id: 1, name: 'item', value: 3.14, tags: ['a', 'b'], ok: true };
const values = {
  'an integer': [5],
  'a short string': ['hello'],
  'a small object': [item],
  'a Map of two': [
    new Map([
      ['a', 1],
      ['b', item],
    ]),
  ],
  'an error with a cause': [new Error('a', { cause: new TypeError('b') })],
  '100 bytes in an object': [{ type: 'chunk', data: new Uint8Array(100) }],
  '1,000 small objects': [Array.from({ length: 1_000 }, (_, id) => ({ ...item, id, tags: [...item.tags] })), 5],
};

for (const [name, [value, calls]] of Object.entries(values)) {
  const message = new Uint8Array(encode(value));
  const text = JSON.stringify(value);
  const row = {
    encode: nanoseconds(() => encode(value), calls),
    decode: nanoseconds(() => decode(message, { owned: true }), calls),
    stringify: nanoseconds(() => JSON.stringify(value), calls),
    parse: nanoseconds(() => JSON.parse(text), calls),
  };
  console.log(
    name.padEnd(24),
    Object.entries(row)
      .map(([key, time]) => `${key} ${String(time).padStart(7)}`)
      .join('   '),
  );
}
