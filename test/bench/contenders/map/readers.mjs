// Processes that read a map at a time, with one that writes or without: readers.mjs <processes> <reads|writes>. Starts itself again as
// each of them. A sample is how many reads a second they did together.
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { SharedMap } from '@multiprocess/map';
import { now, spinUntil, START_MARGIN_NS } from '../../harness/contender/clock.mjs';
import { Program } from '../../harness/program.mjs';
import { serve } from '../../harness/contender/serve.mjs';

/** @typedef {{ start: number, end: number }} Stretch, @typedef {{ calls: number, nanoseconds: number }} Outcome */

/** Entries that the writer sets each millisecond. */
const WRITES = 100;
const KEYS = Array.from({ length: 1000 }, (_, i) => `user:${i}`);
const [count, role, handle] = process.argv.slice(2);
/** @type {SharedMap<string, string>} */
const map = handle === undefined ? new SharedMap() : SharedMap.attach(handle);

/** @param {Stretch} stretch @returns {Outcome} */
function read({ start, end }) {
  spinUntil(start);
  for (let calls = 1000; ; calls += 1000) {
    for (const key of KEYS) if (map.get(key)?.startsWith('of ') !== true) throw new Error(`${key} is gone or torn`);
    const nanoseconds = now() - start;
    if (nanoseconds >= end - start) return { calls, nanoseconds };
  }
}

/** @param {Stretch} stretch @returns {Promise<Outcome>} */
async function write({ start, end }) {
  let calls = 0;
  while (now() < end) {
    for (let i = 0; i < WRITES; i++) map.set(KEYS[calls % KEYS.length] ?? '', `of ${calls++}`);
    await sleep(1);
  }
  return { calls, nanoseconds: now() - start };
}

if (handle !== undefined) {
  await serve(role === 'reads' ? read : write);
} else {
  for (const key of KEYS) map.set(key, `of ${key}`);
  const programOf = (/** @type {string} */ does) =>
    new Program(fileURLToPath(import.meta.url), ['1', does, map.handle]);
  const readers = Array.from({ length: Number(count) }, () => programOf('reads'));
  const writers = role === 'writes' ? [programOf('writes')] : [];
  const all = [...readers, ...writers];
  await serve(async (/** @type {{ ms: number }} */ { ms }) => {
    await Promise.all(all.map((one) => one.ask({ start: 0, end: 0 }))); // all are there
    const start = now() + START_MARGIN_NS;
    const outcomes = await Promise.all(all.map((one) => one.ask({ start, end: start + ms * 1e6 })));
    const reads = /** @type {Outcome[]} */ (outcomes.slice(0, readers.length));
    return { samples: [reads.reduce((sum, { calls, nanoseconds }) => sum + (calls / nanoseconds) * 1e9, 0)] };
  });
}
