// Python's Queue, filled by three processes. Differs: put() and get() are awaited, or block as putSync() and getSync();
// an item is in shared memory when put() returns, so that joining first cannot hang.
import { isMainProcess, Process, Queue, task } from 'multiprocess';

const func = task(import.meta, async function func(queue, n) {
  await queue.put([n, process.pid]);
});

if (isMainProcess) {
  const queue = new Queue();
  const processes = [0, 1, 2].map((n) => new Process({ target: func, args: [queue, n] }));
  for (const one of processes) one.start();
  for (const one of processes) await one.join();
  for (let i = 0; i < 3; i++) console.log(await queue.get());
  console.log('end');
  queue.close();
}
