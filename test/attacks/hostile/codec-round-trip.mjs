// Random values go through serialize() and deserialize(), and through the records of a queue. What arrives must be what was sent, in
// every property and with the same identities.
//   node codec-round-trip.mjs [seconds=120] [seed]
import { deserialize, MessageCodec, serialize } from '@multiprocess/serialization';
import { difference } from '../harness/differences.mjs';
import { anySeed, randomNumbers } from '../harness/random.mjs';
import { RandomValues } from '../harness/random-values.mjs';
import { encodeRecord, itemOf, shapeStore } from '../harness/record-store.mjs';
import { Report } from '../harness/report.mjs';

const TABLE_BYTES = 3000;

const [, , seconds = '120', seedGiven] = process.argv;
const seed = Number(seedGiven ?? anySeed());
const random = randomNumbers(seed);
const values = new RandomValues(random);
const report = new Report();
let [writer, reader] = newCodecs();
let sent = 0;
const end = Date.now() + Number(seconds) * 1000;
while (Date.now() < end) {
  const value = values.next();
  check('serialize', value, () => deserialize(serialize(value)));
  check('records', value, () => reader.decode(itemOf(encodeRecord(writer, value), random(2) === 0)));
  if (random(500) === 0) [writer, reader] = newCodecs();
  sent++;
}
report.conclude({ seed, sent });

function check(what, value, transfer) {
  try {
    const found = difference(value, transfer());
    if (found !== undefined) report.fault(`${what}: ${found} (value ${sent} of seed ${seed})`);
  } catch (error) {
    report.fault(`${what} threw ${error.stack} (value ${sent} of seed ${seed})`);
  }
}

function newCodecs() {
  const store = shapeStore(undefined, TABLE_BYTES);
  return [new MessageCodec(store), new MessageCodec(store)];
}
