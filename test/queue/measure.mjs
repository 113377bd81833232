// What calls of a queue cost in CPU time: node test/queue/measure.mjs [kind] (after a build).
// All kinds take turns in one process, so that other programs slow all of them alike; each line is the fastest tenth and
// the median of the rounds, in nanoseconds a call, putting and getting.
import { Queue } from '@multiprocess/queue';

const BATCH = 64;
const ROUNDS = 1_500;
/** Rounds of large items are rarer: they take longer. */
const LARGE_EVERY = 20;

const small = Array.from({ length: BATCH }, (_, id) => ({
  id: id + 1000,
  name: 'measurement',
  value: id * 0.5,
  tags: ['alpha', 'beta', 'gamma'],
  ok: true,
}));
const all = (/** @type {unknown} */ item) => Array.from({ length: BATCH }, () => item);
const queue = new Queue();

const one = {
  put: (/** @type {unknown[]} */ items) => items.forEach((item) => queue.putSync(item)),
  get: () => {
    for (let i = 0; i < BATCH; i++) queue.getSync();
  },
};
const many = {
  put: (/** @type {unknown[]} */ items) => queue.putManySync(items),
  get: () => {
    for (let got = 0; got < BATCH; got += queue.getManySync(BATCH).length);
  },
};
const awaited = {
  put: async (/** @type {unknown[]} */ items) => {
    for (const item of items) await queue.put(item);
  },
  get: async () => {
    for (let i = 0; i < BATCH; i++) await queue.get();
  },
};
const kinds = {
  null: { ...one, items: all(null) },
  'small object': { ...one, items: small },
  'small object, many': { ...many, items: small },
  'small object, awaited': { ...awaited, items: small },
  '1 KiB': { ...one, items: all(new Uint8Array(1024)) },
  '64 KiB': { ...one, items: all(new Uint8Array(65_536)) },
  '64 KiB, many': { ...many, items: all(new Uint8Array(65_536)) },
};

const wanted = process.argv[2] ?? '';
/** @type {Record<string, { put: number[], get: number[] }>} */
const times = {};
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, { put, get, items }] of Object.entries(kinds)) {
    if (!name.includes(wanted) || (name.startsWith('64') && round % LARGE_EVERY !== 0)) continue;
    const time = (times[name] ??= { put: [], get: [] });
    const begin = process.hrtime.bigint();
    await put(items);
    const between = process.hrtime.bigint();
    await get();
    time.put.push(Number(between - begin) / BATCH);
    time.get.push(Number(process.hrtime.bigint() - between) / BATCH);
  }
}
for (const [name, { put, get }] of Object.entries(times)) {
  const at = (/** @type {number[]} */ list, /** @type {number} */ part) =>
    Math.round(list.sort((a, b) => a - b)[Math.floor(list.length * part)] ?? NaN);
  const row = { put: at(put, 0.1), get: at(get, 0.1), 'median put': at(put, 0.5), 'median get': at(get, 0.5) };
  console.log(name.padEnd(24), ...Object.entries(row).map(([what, time]) => `${what} ${String(time).padStart(7)}  `));
}
queue.close();
