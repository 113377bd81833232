// Python's pool with tasks that do nothing, which one process does alone. Differs: tasks go out to all processes that
// have booted, so more than one may take part.
import { Pool } from '@multiprocess/pool';
import { isMainProcess, task } from 'multiprocess';

const func = task(import.meta, function func(num) {
  console.log(num, process.pid, 'start');
  console.log(num, 'end');
});

if (isMainProcess) {
  console.log('start');
  const began = performance.now();
  const pool = new Pool({ processes: 3 });
  for (let i = 0; i < 10; i++) pool.applyAsync(func, [i]);
  pool.close();
  await pool.join();
  console.log('end');
  console.log(`about ${Math.round(performance.now() - began)} ms`);
}
