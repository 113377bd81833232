import type { Lock, SharedMemory } from 'multiprocess';
import { isMainProcess, Pool, Process, Queue, task } from 'multiprocess';

// #region pool
const square = task(import.meta, function square(n: number) {
  return n * n;
});

if (isMainProcess) {
  const pool = new Pool(); // a process for each processor
  console.log(await pool.map(square, [1, 2, 3, 4])); // [ 1, 4, 9, 16 ]
  pool.close();
  await pool.join();
}
// #endregion

// #region crowd
const work = task(import.meta, async function work(jobs: Queue<number>, results: Queue<number>) {
  for await (const n of jobs) await results.put(n * n); // ends when the queue has been shut down and is empty
});

if (isMainProcess) {
  const [jobs, results] = [new Queue<number>(), new Queue<number>()];
  const workers = [1, 2].map(() => new Process({ target: work, args: [jobs, results] }));
  for (const worker of workers) worker.start();

  await jobs.putMany([1, 2, 3, 4]);
  jobs.shutdown();
  for (const worker of workers) await worker.join();
  console.log(await results.getMany(4));
}
// #endregion

// #region counter
export const count = task(import.meta, async function count(memory: SharedMemory, lock: Lock) {
  const words = new Int32Array(memory.buffer);
  await lock.run(() => {
    words[0]! += 1; // a read and a write: no other process comes between them
  });
  Atomics.add(words, 1, 1); // one step, which needs no lock
});
// #endregion

// #region waits
export async function patiently(queue: Queue<string>, signal: AbortSignal): Promise<void> {
  await queue.get(); // until there is an item; the event loop goes on meanwhile
  await queue.get({ timeout: 500 }); // QueueEmptyError after half a second
  await queue.get({ signal }); // rejects with the signal's reason
  queue.getSync({ timeout: 500 }); // blocks the thread, and with it the event loop
  queue.getNowait(); // never waits
}
// #endregion
