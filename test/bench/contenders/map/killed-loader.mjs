// The process that loads a value is killed while sixteen others wait for it: killed-loader.mjs. It starts itself as those that wait,
// which stay, and as the ones that are killed. A sample is the time in milliseconds from the kill until another one loads.
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SharedMap } from '@multiprocess/map';
import { now } from '../../harness/contender/clock.mjs';
import { Program } from '../../harness/program.mjs';
import { serve } from '../../harness/contender/serve.mjs';

/** @typedef {{ key: string }} Request, @typedef {{ loadedAt: number | null, value: string }} Fetched */

const WAITING = 16;
// They are to have gone to sleep, and to be at any point between two looks of their own.
const SOONEST_KILL_MS = 20;
const LATEST_KILL_MS = 140;

const [role, handle] = process.argv.slice(2);
/** @type {SharedMap<string, string>} */
const map = handle === undefined ? new SharedMap() : SharedMap.attach(handle);
const programOf = (/** @type {string} */ what) => new Program(fileURLToPath(import.meta.url), [what, map.handle]);

/** @param {Request} request @param {() => void} started @returns {Promise<Fetched>} */
async function fetch({ key }, started) {
  /** @type {number | null} */
  let loadedAt = null;
  const fetched = map.fetch(key, () => {
    loadedAt = now();
    return `of ${process.pid}`;
  });
  started();
  return { value: await fetched, loadedAt };
}

/** @param {Request} request @param {() => void} started */
async function loadForEver({ key }, started) {
  await map.fetch(key, () => {
    started();
    return new Promise(() => undefined);
  });
}

/** @param {Program[]} waiting @param {string} key @returns {Promise<number>} */
async function killOne(waiting, key) {
  const loader = programOf('loads');
  void (await loader.begin({ key })).done.catch(() => undefined);
  const asked = await Promise.all(waiting.map((one) => one.begin({ key })));
  await delay(randomInt(SOONEST_KILL_MS, LATEST_KILL_MS));
  const before = now();
  loader.kill();
  const fetched = /** @type {Fetched[]} */ (await Promise.all(asked.map(({ done }) => done)));
  const [at, ...more] = fetched.flatMap(({ loadedAt }) => loadedAt ?? []);
  if (at === undefined || more.length > 0 || at < before) throw new Error(`${more.length + 1} loaded, or too early`);
  if (new Set(fetched.map(({ value }) => value)).size > 1) throw new Error('Not all have the same value');
  await loader.stop();
  return (at - before) / 1e6;
}

if (role === 'waits') {
  await serve(fetch);
} else if (role === 'loads') {
  await serve(loadForEver);
} else {
  const waiting = Array.from({ length: WAITING }, () => programOf('waits'));
  let rounds = 0;
  await serve(async (/** @type {{ kills: number }} */ { kills }) => {
    const samples = [];
    for (let i = 0; i < kills; i++) samples.push(await killOne(waiting, `key ${rounds++}`));
    return { samples };
  });
}
