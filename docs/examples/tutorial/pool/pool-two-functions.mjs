// Python's pool with tasks of two functions. Differs: nothing but the names;
// ten tasks by three processes take the time of four.
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from '@multiprocess/pool';
import { isMainProcess, task } from 'multiprocess';

const func = task(import.meta, async function func(num) {
  console.log(num, process.pid, 'start');
  await sleep(100);
});

const func2 = task(import.meta, async function func2(num) {
  console.log(num, process.pid, 'start2');
  await sleep(100);
});

if (isMainProcess) {
  console.log('start');
  const began = performance.now();
  const pool = new Pool({ processes: 3 });
  for (let i = 0; i < 5; i++) {
    pool.applyAsync(func, [i]);
    pool.applyAsync(func2, [i]);
  }
  pool.close();
  await pool.join();
  console.log('end');
  console.log(`about ${Math.round(performance.now() - began)} ms`);
}
