// Holders are killed while another process waits for their lock: lock-takeover.mjs <way>. It starts itself as the waiter, which
// stays, and as the holders. A sample is the time in milliseconds from the kill until the waiter has the lock.
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Lock } from '@multiprocess/sync';
import { now } from '../../harness/contender/clock.mjs';
import { lockFile, makeLockFile } from '../../harness/contender/lock-file.mjs';
import { Program } from '../../harness/program.mjs';
import { serve } from '../../harness/contender/serve.mjs';

/** @typedef {{ at: number, ownerDied: boolean }} Taken */

// The waiter is to have gone to sleep, and to be at any point between two looks of its own.
const SOONEST_KILL_MS = 5;
const LATEST_KILL_MS = 125;

const [way = '', given, role] = process.argv.slice(2);
const what = given ?? (way === 'file' ? makeLockFile() : new Lock().handle);
const lock = way === 'file' ? undefined : Lock.attach(what);

async function holdForEver() {
  if (lock === undefined) await lockFile(what);
  else if (!lock.tryAcquire()) throw new Error('The lock is held');
}

/** @param {() => void} started @returns {Promise<Taken>} */
async function take(started) {
  started();
  if (lock === undefined) {
    const release = await lockFile(what);
    const at = now();
    await release();
    return { at, ownerDied: true };
  }
  if (way === 'sync') lock.acquireSync();
  else await lock.acquire();
  const at = now();
  const { ownerDied } = lock;
  lock.release();
  return { at, ownerDied };
}

/** @param {Program} waiter */
async function killOne(waiter) {
  const holder = new Program(fileURLToPath(import.meta.url), [way, what, 'holder']);
  await holder.ask({});
  const { done } = await waiter.begin({});
  await delay(randomInt(SOONEST_KILL_MS, LATEST_KILL_MS));
  const before = now();
  holder.kill();
  const { at, ownerDied } = /** @type {Taken} */ (await done);
  if (at < before) throw new Error('The waiter had the lock before its holder was killed');
  await holder.stop();
  return { ms: (at - before) / 1e6, ownerDied };
}

if (role === 'holder') {
  await serve(holdForEver);
} else if (role === 'waiter') {
  await serve((_, started) => take(started));
} else {
  const waiter = new Program(fileURLToPath(import.meta.url), [way, what, 'waiter']);
  await serve(async (/** @type {{ kills: number }} */ { kills }) => {
    const taken = [];
    // It takes proper-lockfile seconds each time.
    for (let i = 0; i < (way === 'file' ? 1 : kills); i++) taken.push(await killOne(waiter));
    const told = taken.filter(({ ownerDied }) => ownerDied).length;
    return { samples: taken.map(({ ms }) => ms), extra: { told: (told / taken.length) * 100 } };
  });
}
