// Shared memory is full when one of a pool's workers is to be started. The constructor throws OutOfMemoryError, and the program
// lives on.
//   node pool-half-started.mjs [step=8]    KiB between two sizes of shared memory (needs a mount namespace)
import { isMainProcess, Pool } from 'multiprocess';
import { canMount, runOnSmallDisk } from '../harness/children.mjs';
import { need, Report } from '../harness/report.mjs';
import { codeOf, sleep } from '../harness/waiting.mjs';

const SMALLEST_KIB = 40;
const LARGEST_KIB = 260;

if (isMainProcess) {
  const [, , role] = process.argv;
  void (role === 'program' ? program() : main(Number(role ?? 8)));
}

async function main(step) {
  need(canMount(), 'a mount namespace');
  const report = new Report();
  const outcomes = {};
  for (let kibibytes = SMALLEST_KIB; kibibytes < LARGEST_KIB; kibibytes += step) {
    const result = await runOnSmallDisk(import.meta.url, `${kibibytes}k`, ['program'], 20_000);
    (outcomes[result.stdout] ??= []).push(kibibytes);
    const held = result.end === 0 && /^(started|ERR_MULTIPROCESS_OUT_OF_MEMORY)\nlives$/.test(result.stdout);
    if (!held) report.fault(`${kibibytes} KiB: ${result.stdout}, exit ${result.end} ${result.stderr.slice(0, 300)}`);
  }
  report.conclude(outcomes);
}

async function program() {
  let pool;
  try {
    pool = new Pool({ processes: 4 });
    console.log('started');
  } catch (error) {
    console.log(codeOf(error));
  }
  await sleep(1500); // in which nothing may happen
  await pool?.terminate();
  console.log('lives');
  process.exit();
}
