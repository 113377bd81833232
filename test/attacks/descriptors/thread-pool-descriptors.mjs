// A pool of threads that are replaced all the time, while the main thread opens and closes descriptors: none may be closed by a
// thread that does not own it.
//   node thread-pool-descriptors.mjs [seconds=25]
import { closeSync, openSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { isMainProcess, Pool, task } from 'multiprocess';
import { Report } from '../harness/report.mjs';
import { sleep } from '../harness/waiting.mjs';

export const slow = task(import.meta, async function slow(x) {
  await sleep(15);
  return x;
});

if (isMainProcess && isMainThread) await main(Number(process.argv[2] ?? 25));

async function main(seconds) {
  const report = new Report();
  const pool = new Pool({ processes: 4, runtime: 'thread', maxTasksPerChild: 2 });
  const stop = AbortSignal.timeout(seconds * 1000);
  const figures = { tasks: 0, opened: 0 };
  const opening = (async () => {
    while (!stop.aborted) {
      const held = Array.from({ length: 20 }, () => openSync('/dev/null'));
      figures.opened += held.length;
      await sleep(3);
      for (const descriptor of held) {
        try {
          closeSync(descriptor);
        } catch (error) {
          report.fault(error.code);
        }
      }
    }
  })();
  while (!stop.aborted) {
    const inputs = [1, 2, 3, 4, 5, 6, 7, 8];
    const outputs = await pool.map(slow, inputs, { chunksize: 1 });
    if (outputs.join() !== inputs.join()) report.fault(`outputs ${outputs}`);
    figures.tasks += inputs.length;
  }
  await opening;
  await pool.terminate();
  await pool.join();
  report.conclude(figures);
}
