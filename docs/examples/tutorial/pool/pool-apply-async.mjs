// Python's Pool(processes=3) and apply_async(). Differs: sizes are options, functions are tasks;
// `await using` ends a pool in order, where Python's `with` terminates it.
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from '@multiprocess/pool';
import { isMainProcess, task } from 'multiprocess';

const func = task(import.meta, async function func(num) {
  console.log(num, process.pid, 'start');
  await sleep(100);
  console.log(num, 'end');
});

if (isMainProcess) {
  console.log('start');
  const began = performance.now();
  const pool = new Pool({ processes: 3 });
  for (let i = 0; i < 10; i++) pool.applyAsync(func, [i]); // does not wait
  pool.close(); // no more tasks; Python's join() fails without it
  await pool.join();
  console.log('end');
  console.log(`about ${Math.round(performance.now() - began)} ms`);
}
