import { isMainProcess, Pool } from 'multiprocess';
import { hashOf, search, workerId } from './search.mjs';

const BEGINNING = '0000';
const RANGES = 8;

if (isMainProcess) await main();

async function main() {
  const pool = new Pool({ processes: 2, grace: 30_000 });
  const before = await workersOf(pool);

  const controller = new AbortController();
  const { signal } = controller;
  const searches = Array.from({ length: RANGES }, (_, i) => pool.apply(search, [BEGINNING, i, RANGES], { signal }));
  const found = await Promise.any(searches);
  controller.abort();
  const outcomes = await Promise.allSettled(searches);
  const aborted = outcomes.filter(
    (outcome) => outcome.status === 'rejected' && outcome.reason.name === 'AbortError',
  ).length;
  console.log('%d has the hash %s; %d of %d searches were cancelled', found, hashOf(found), aborted, RANGES);

  const after = await workersOf(pool);
  pool.close();
  await pool.join();
  const right = hashOf(found).startsWith(BEGINNING) && aborted > 0 && after.every((pid) => before.includes(pid));
  console.log(right ? 'The workers are the same as before.' : 'SOMETHING WENT WRONG.');
  process.exitCode = right ? 0 : 1;
}

/** Asks until all workers have answered: one that is still starting leaves its question to another. */
async function workersOf(pool) {
  const pids = new Set();
  while (pids.size < pool.size) {
    for (const pid of await pool.starmap(workerId, new Array(pool.size).fill([]), { chunksize: 1 })) pids.add(pid);
  }
  return [...pids];
}
