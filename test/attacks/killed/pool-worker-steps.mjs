// A pool's worker dies just before its n-th access to shared memory while it publishes a result that makes the ring of results
// grow. An earlier result is unread because the parent is busy. Every task must settle within 5 s; the parent must not spin.
//   node pool-worker-steps.mjs [seconds=120]
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainProcess, Pool, task } from 'multiprocess';
import { dieAtStep } from '../harness/die-at.mjs';
import { privateDirectory } from '../harness/directory.mjs';
import { Report } from '../harness/report.mjs';
import { runRole } from '../harness/children.mjs';
import { keepBusy, microtasks } from '../harness/waiting.mjs';

const GROWS_BYTES = 40_000;
const MAX_STEPS = 200;

export const small = task(import.meta, function small() {
  return 'small';
});
export const dying = task(import.meta, function dying(step, length) {
  dieAtStep(step);
  return Buffer.alloc(length, 1);
});

if (isMainProcess) {
  const [, , role, step] = process.argv;
  void (role === 'parent' ? parent(Number(step)) : main(Number(role ?? 120)));
}

async function main(seconds) {
  const report = new Report();
  const directory = privateDirectory();
  const end = Date.now() + seconds * 1000;
  const outcomes = {};
  for (let step = 1; step < MAX_STEPS && Date.now() < end; step++) {
    const options = { env: { MULTIPROCESS_DIR: directory }, limit: 12_000 };
    const { stdout, late } = await runRole(import.meta.url, ['parent', step], options);
    const outcome = late ? 'the event loop stands still' : stdout;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (late || stdout.includes('pending')) report.fault(`step ${step}: ${outcome}`);
    if (stdout === 'string,object') break; // it lived to its end: there are no more steps
  }
  report.conclude(outcomes);
}

async function parent(step) {
  const pool = new Pool({ processes: 1 });
  await pool.apply(small);
  await pool.apply(dying, [-1, 10]); // loads the function
  const both = Promise.allSettled([pool.apply(small), pool.apply(dying, [step, GROWS_BYTES])]);
  await microtasks();
  keepBusy(300);
  const results = await Promise.race([both, sleep(5000)]);
  console.log(results?.map(({ value, reason }) => reason?.code ?? typeof value).join() ?? 'pending after 5 s');
  if (results === undefined) process.exit();
  await pool.terminate();
  await pool.join();
}
