// Python's AsyncResult.get(). Differs: get() is awaited, or the result itself, which is a PromiseLike;
// it settles whatever happens to the worker that had the task.
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from '@multiprocess/pool';
import { isMainProcess, task } from 'multiprocess';

const func = task(import.meta, async function func(num) {
  console.log(num, process.pid, 'start');
  await sleep(30);
  console.log(num, 'end');
  return [num, process.pid];
});

if (isMainProcess) {
  console.log('start');
  const pool = new Pool({ processes: 3 });
  const results = Array.from({ length: 10 }, (_, i) => pool.applyAsync(func, [i]));
  pool.close();
  await pool.join();
  for (const result of results) console.log(await result.get());
  console.log('end');
}
