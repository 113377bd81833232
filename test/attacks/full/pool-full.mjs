// Shared memory is full when a pool's task or its result needs more room. The call must reject with OutOfMemoryError (or a
// WorkerDiedError) within 6 s, the event loop must go on, and the pool must work again when there is room.
//   node pool-full.mjs             (needs a mount namespace)
import { isMainProcess, Pool, task } from 'multiprocess';
import { canMount, runOnSmallDisk } from '../harness/children.mjs';
import { Filler } from '../harness/full-disk.mjs';
import { need, Report } from '../harness/report.mjs';
import { outcomeOf } from '../harness/waiting.mjs';

const TOO_MUCH = 1_500_000;

export const echo = task(import.meta, async function echo(x) {
  return typeof x === 'string' ? x.length : x;
});
export const large = task(import.meta, function large(length) {
  return 'r'.repeat(length);
});

const big = 'a'.repeat(TOO_MUCH);
const CALLS = {
  argument: (pool) => pool.apply(echo, [big]),
  argumentSync: async (pool) => pool.applySync(echo, [big], { timeout: 5000 }),
  result: async (pool) => (await pool.apply(large, [TOO_MUCH])).length,
  resultSync: async (pool) => pool.applySync(large, [TOO_MUCH], { timeout: 5000 }).length,
  map: (pool) => pool.map(echo, [big, 1, 2, big, 3]),
};

if (isMainProcess) {
  const [, , role, call] = process.argv;
  void (role === 'program' ? program(call) : main());
}

async function main() {
  need(canMount(), 'a mount namespace');
  const report = new Report();
  const figures = {};
  for (const call of Object.keys(CALLS)) {
    const { stdout, stderr, late } = await runOnSmallDisk(import.meta.url, '4m', ['program', call], 25_000);
    figures[call] = stdout;
    const held = !late && /^ERR_MULTIPROCESS_(OUT_OF_MEMORY|WORKER_DIED), then 1,2,3$/.test(stdout);
    if (!held) report.fault(`${call}: ${late ? 'hangs' : stdout} ${stderr.slice(0, 300)}`);
  }
  report.conclude(figures);
}

async function program(call) {
  const pool = new Pool({ processes: 2 });
  await pool.map(echo, [1, 2, 3, 4]);
  await pool.apply(large, [10]);
  const filler = new Filler('/mnt');
  filler.fill();
  const outcome = await outcomeOf(CALLS[call](pool), 6000);
  filler.empty();
  const again = await outcomeOf(pool.map(echo, [1, 2, 3]), 5000);
  console.log(`${outcome}, then ${again}`);
  await pool.terminate();
  process.exit();
}
