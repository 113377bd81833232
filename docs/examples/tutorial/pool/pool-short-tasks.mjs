// Python's pool with tasks so short that one process does nearly all of them. Differs: nothing that shows;
// how many processes take part is not promised by either.
import { Pool } from '@multiprocess/pool';
import { isMainProcess, task } from 'multiprocess';

const func = task(import.meta, function func(num) {
  console.log(num, process.pid, 'start');
  for (let i = 0; i < 4; i++) num += i;
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
