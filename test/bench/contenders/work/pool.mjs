// A pool of two workers: pool.mjs <kind>, the kinds being those of harness/pools.mjs.
//   tasks   a sample is the rate of a round, with so many in flight
//   trips   a sample is the time of one task, one at a time, in µs
//   map     a sample is the rate of one map, in inputs a second
//   start   a sample is the time from the constructor to the first result, in ms
//   memory  a sample is what one idle worker has in memory, in MiB
import { now } from '../../harness/contender/clock.mjs';
import { Pace } from '../../harness/contender/pace.mjs';
import { startPool } from '../../harness/contender/pools.mjs';
import { serve } from '../../harness/contender/serve.mjs';

/** @import { Contestant, FunctionName } from '../../harness/contender/pools.mjs' */
/** @typedef {{ op: string, ms: number, inFlight?: number, bytes?: number, inputs?: number }} Request */

const WORKERS = 2;
const kind = process.argv[2] ?? 'process';
const pace = new Pace();
/** @type {Promise<Contestant> | undefined} */
let running;

/** @param {Contestant} pool @param {FunctionName} name @param {unknown} argument @param {number} inFlight @param {number} count */
async function runMany(pool, name, argument, inFlight, count) {
  let left = count;
  const caller = async () => {
    while (left-- > 0) await pool.run(name, argument);
  };
  await Promise.all(Array.from({ length: inFlight }, caller));
}

/** @param {Request} request */
async function tasks({ ms, inFlight = 1, bytes = 0 }) {
  const pool = await (running ??= startPool(kind, WORKERS));
  const name = bytes === 0 ? 'nothing' : 'lengthOf';
  const argument = bytes === 0 ? undefined : new Uint8Array(bytes);
  for (;;) {
    const count = pace.count(`${inFlight} ${bytes}`, ms);
    const begin = now();
    await runMany(pool, name, argument, inFlight, count);
    const nanoseconds = now() - begin;
    if (pace.learn(`${inFlight} ${bytes}`, ms, count, nanoseconds)) return [(count / nanoseconds) * 1e9];
  }
}

/** @param {Request} request */
async function trips({ ms }) {
  const pool = await (running ??= startPool(kind, WORKERS));
  const samples = [];
  const end = now() + ms * 1e6;
  for (let at = now(); at < end;) {
    await pool.run('nothing');
    const next = now();
    samples.push((next - at) / 1e3);
    at = next;
  }
  return samples;
}

/** @param {Request} request */
async function map({ inputs = 0 }) {
  const pool = await (running ??= startPool(kind, WORKERS));
  if (pool.map === undefined) throw new Error(`${kind} has no map`);
  const numbers = Array.from({ length: inputs }, (_, i) => i);
  const begin = now();
  const squares = await pool.map('square', numbers);
  const nanoseconds = now() - begin;
  const wrong = squares.findIndex((value, i) => value !== i * i);
  if (squares.length !== inputs || wrong !== -1) throw new Error(`Input ${wrong} came back as ${squares[wrong]}`);
  return [(inputs / nanoseconds) * 1e9];
}

async function start() {
  const begin = now();
  const pool = await startPool(kind, WORKERS);
  await pool.run('nothing');
  const end = now();
  await pool.stop();
  return [(end - begin) / 1e6];
}

async function memory() {
  const pool = await (running ??= startPool(kind, WORKERS));
  const before = /** @type {number} */ (await pool.run('residentBytes'));
  return [before / 2 ** 20];
}

const answers = { tasks, trips, map, start, memory };

await serve(async (/** @type {Request} */ request) => ({
  samples: await answers[/** @type {keyof typeof answers} */ (request.op)](request),
}));
