// Python's pool.apply(): one task after the other. Differs: apply() is awaited and lets other things happen;
// applySync() is the form that blocks.
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from '@multiprocess/pool';
import { isMainProcess, task } from 'multiprocess';

const func = task(import.meta, async function func(num) {
  console.log(num, process.pid, 'start');
  await sleep(30);
  console.log(num, 'end');
});

if (isMainProcess) {
  console.log('start');
  const began = performance.now();
  const pool = new Pool({ processes: 3 });
  for (let i = 0; i < 10; i++) await pool.apply(func, [i]);
  pool.close();
  await pool.join();
  console.log('end');
  console.log(`about ${Math.round(performance.now() - began)} ms`);
}
