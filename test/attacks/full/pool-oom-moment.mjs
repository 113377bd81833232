// A pool's worker is killed from outside while its shared memory grows, which is when the kernel's memory killer strikes,
// and the parent has a result that it has not read. Both tasks must settle within 5 s.
//   node pool-oom-moment.mjs [rounds=8]
import { spawn } from 'node:child_process';

import { setTimeout as sleep } from 'node:timers/promises';
import { isMainProcess, Pool, task } from 'multiprocess';
import { Report } from '../harness/report.mjs';
import { keepBusy, microtasks } from '../harness/waiting.mjs';
import { inline, runRole } from '../harness/children.mjs';

const LARGE_BYTES = 100e6;
const GROWN_KIB = 9000;

export const pid = task(import.meta, function pid() {
  return process.pid;
});
export const large = task(import.meta, function large(length) {
  return Buffer.alloc(length, 1);
});

if (isMainProcess) void (process.argv[2] === 'parent' ? parent() : main(Number(process.argv[2] ?? 8)));

async function main(rounds) {
  const report = new Report();
  const outcomes = {};
  for (let round = 0; round < rounds; round++) {
    const { stdout, stderr, late } = await runRole(import.meta.url, ['parent'], { limit: 15_000 });
    const outcome = late ? 'the event loop stands still' : stdout;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (late || /pending/.test(stdout) || stderr !== '') report.fault(`${outcome} ${stderr.slice(0, 300)}`);
  }
  report.conclude(outcomes);
}

async function parent() {
  const pool = new Pool({ processes: 1 });
  const worker = await pool.apply(pid);
  await pool.apply(large, [10]);
  const killer = spawn(process.execPath, inline(killWhenGrown(worker)), { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => killer.stdout.once('data', resolve));

  const both = Promise.allSettled([pool.apply(pid), pool.apply(large, [LARGE_BYTES])]);
  await microtasks();
  keepBusy(1200);
  const results = await Promise.race([both, sleep(5000)]);
  console.log(results?.map(({ value, reason }) => reason?.code ?? typeof value).join() ?? 'pending after 5 s');
  killer.kill();
  process.exit();
}

/** A program that watches another as closely as the kernel would. */
function killWhenGrown(worker) {
  return `
    import { readFileSync } from 'node:fs';
    console.log('watches');
    try {
      for (;;) {
        const [, kibibytes] = /RssShmem:\\s+(\\d+)/.exec(readFileSync('/proc/${worker}/status', 'latin1')) ?? [];
        if (Number(kibibytes) > ${GROWN_KIB}) break;
      }
      process.kill(${worker}, 'SIGKILL');
    } catch {
      // it has ended
    }`;
}
