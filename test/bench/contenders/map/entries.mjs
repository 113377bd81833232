// Reads and writes entries of a map that processes share: entries.mjs <way>. A sample is the time of one call, in nanoseconds, as the
// mean over a batch.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { open } from 'lmdb';
import { SharedMap } from '@multiprocess/map';
import { inBatches } from '../../harness/contender/batches.mjs';
import { redisUrl } from '../../harness/redis-stage.mjs';
import { serve } from '../../harness/contender/serve.mjs';

/** @typedef {{ op: 'get' | 'set', entries: 'strings' | 'objects' | 'many', ms: number }} Request */
/** @typedef {(count: number) => Promise<void> | void} Loop */

/** @typedef {{ keys: readonly string[], values: readonly unknown[], next: () => number }} Entries what there is, and in which order it is used */

const FEW = 10_000;
/** More than a thread remembers. */
const MANY = 100_000;

/** @param {number} count @param {(key: string, id: number) => unknown} valueOf @param {(at: number) => number} nextOf @returns {Entries} */
function entriesOf(count, valueOf, nextOf) {
  const keys = Array.from({ length: count }, (_, i) => `user:${i}`);
  let at = 0;
  return { keys, values: keys.map(valueOf), next: () => (at = nextOf(at)) };
}

const inTurn = (/** @type {number} */ at) => (at + 1) % FEW;
/** As if by chance: steps that meet each entry once a round, and no two neighbours. @param {number} at */
const scattered = (at) => (at + 61_803) % MANY;
const objectOf = (/** @type {string} */ name, /** @type {number} */ id) => ({ id, name, active: true });
const ENTRIES = {
  strings: entriesOf(FEW, (key) => `of ${key}`, inTurn),
  objects: entriesOf(FEW, objectOf, inTurn),
  many: entriesOf(MANY, objectOf, scattered),
};

/** @param {unknown} found @param {unknown} expected */
function check(found, expected) {
  const [text, wanted] = [found, expected].map((value) => JSON.stringify(value));
  if (text !== wanted) throw new Error(`${text} instead of ${wanted}`);
}

// A loop in each of them, rather than one around a function: what a call costs is not what is asked.
/** @type {Record<string, (entries: Entries) => Promise<Record<Request['op'], Loop>>>} */
const ways = {
  async SharedMap({ keys, values, next }) {
    const map = new SharedMap();
    keys.forEach((key, i) => map.set(key, values[i]));
    check(map.get('user:7'), values[7]);
    return {
      get(count) {
        for (let i = 0; i < count; i++) if (map.get(keys[next()]) === undefined) throw new Error('It is gone');
      },
      set(count) {
        for (let i = 0, at = next(); i < count; i++, at = next()) map.set(keys[at], values[at]);
      },
    };
  },
  async lmdb({ keys, values, next }) {
    const path = mkdtempSync(join(process.env['MULTIPROCESS_DIR'] ?? '/dev/shm', 'lmdb-'));
    process.once('exit', () => rmSync(path, { recursive: true }));
    const map = open({ path: join(path, 'data'), noSync: true });
    keys.forEach((key, i) => map.putSync(key, values[i]));
    check(map.get('user:7'), values[7]);
    return {
      get(count) {
        for (let i = 0; i < count; i++) if (map.get(keys[next()] ?? '') === undefined) throw new Error('It is gone');
      },
      set(count) {
        for (let i = 0, at = next(); i < count; i++, at = next()) map.putSync(keys[at] ?? '', values[at]);
      },
    };
  },
  async redis({ keys, values, next }) {
    const client = createClient({ url: redisUrl(), commandOptions: { timeout: 0 } });
    await client.connect();
    for (const [i, key] of keys.entries()) await client.set(key, JSON.stringify(values[i]));
    check(JSON.parse(String(await client.get('user:7'))), values[7]);
    return {
      async get(count) {
        for (let i = 0; i < count; i++) JSON.parse(String(await client.get(keys[next()] ?? '')));
      },
      async set(count) {
        for (let i = 0, at = next(); i < count; i++, at = next())
          await client.set(keys[at] ?? '', JSON.stringify(values[at]));
      },
    };
  },
};

const way = ways[process.argv[2] ?? ''];
if (way === undefined) throw new RangeError(`No way "${process.argv[2]}"; there are ${Object.keys(ways).join(', ')}`);
/** @param {Entries} entries */
async function measuresOf(entries) {
  const { get, set } = await way(entries);
  return { get: inBatches(get), set: inBatches(set) };
}

/** @type {Partial<Record<Request['entries'], Awaited<ReturnType<typeof measuresOf>>>>} */
const measures = {};
await serve(async (/** @type {Request} */ { op, entries, ms }) =>
  (measures[entries] ??= await measuresOf(ENTRIES[entries]))[op](ms),
);
