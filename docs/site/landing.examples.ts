// #region greet
import { isMainProcess, Lock, Process, Queue, task } from 'multiprocess';

const greet = task(import.meta, async function greet(n: number, lock: Lock, queue: Queue<string>) {
  await lock.run(() => console.log(`worker ${n} has the lock`)); // one at a time, across all processes
  await queue.put(`hello from ${n}`);
});

if (isMainProcess) {
  const [lock, queue] = [new Lock(), new Queue<string>()];
  const workers = [1, 2, 3].map((n) => new Process({ target: greet, args: [n, lock, queue] }));
  for (const worker of workers) worker.start();
  for (const _ of workers) console.log(await queue.get());
  await Promise.all(workers.map((worker) => worker.join()));
}
// #endregion
