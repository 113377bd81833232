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

/** @typedef {{ op: 'get' | 'set', value: 'string' | 'object', ms: number }} Request */
/** @typedef {(count: number) => Promise<void> | void} Loop */

const KEYS = Array.from({ length: 10_000 }, (_, i) => `user:${i}`);
const VALUES = {
  string: KEYS.map((key) => `of ${key}`),
  object: KEYS.map((name, id) => ({ id, name, active: true })),
};
let at = 0;
const next = () => (at = (at + 1) % KEYS.length);

/** @param {unknown} found @param {unknown} expected */
function check(found, expected) {
  const [text, wanted] = [found, expected].map((value) => JSON.stringify(value));
  if (text !== wanted) throw new Error(`${text} instead of ${wanted}`);
}

// A loop in each of them, rather than one around a function: what a call costs is not what is asked.
/** @type {Record<string, (values: readonly unknown[]) => Promise<Record<Request['op'], Loop>>>} */
const ways = {
  async SharedMap(values) {
    const map = new SharedMap();
    KEYS.forEach((key, i) => map.set(key, values[i]));
    check(map.get('user:7'), values[7]);
    return {
      get(count) {
        for (let i = 0; i < count; i++) if (map.get(KEYS[next()]) === undefined) throw new Error('It is gone');
      },
      set(count) {
        for (let i = 0; i < count; i++) map.set(KEYS[next()], values[at]);
      },
    };
  },
  async lmdb(values) {
    const path = mkdtempSync(join(process.env['MULTIPROCESS_DIR'] ?? '/dev/shm', 'lmdb-'));
    process.once('exit', () => rmSync(path, { recursive: true }));
    const map = open({ path: join(path, 'data'), noSync: true });
    KEYS.forEach((key, i) => map.putSync(key, values[i]));
    check(map.get('user:7'), values[7]);
    return {
      get(count) {
        for (let i = 0; i < count; i++) if (map.get(KEYS[next()] ?? '') === undefined) throw new Error('It is gone');
      },
      set(count) {
        for (let i = 0; i < count; i++) map.putSync(KEYS[next()] ?? '', values[at]);
      },
    };
  },
  async redis(values) {
    const client = createClient({ url: redisUrl(), commandOptions: { timeout: 0 } });
    await client.connect();
    for (const [i, key] of KEYS.entries()) await client.set(key, JSON.stringify(values[i]));
    check(JSON.parse(String(await client.get('user:7'))), values[7]);
    return {
      async get(count) {
        for (let i = 0; i < count; i++) JSON.parse(String(await client.get(KEYS[next()] ?? '')));
      },
      async set(count) {
        for (let i = 0; i < count; i++) await client.set(KEYS[next()] ?? '', JSON.stringify(values[at]));
      },
    };
  },
};

const way = ways[process.argv[2] ?? ''];
if (way === undefined) throw new RangeError(`No way "${process.argv[2]}"; there are ${Object.keys(ways).join(', ')}`);
const loops = { string: await way(VALUES.string), object: await way(VALUES.object) };
/** @param {Record<Request['op'], Loop>} of */
const measures = (of) => ({ get: inBatches(of.get), set: inBatches(of.set) });
const measured = { string: measures(loops.string), object: measures(loops.object) };
await serve((/** @type {Request} */ { op, value, ms }) => measured[value][op](ms));
