import { Queue, SimpleQueue } from './index.js';

export async function queues(): Promise<void> {
  // #region queue
  using jobs = new Queue<string>({ maxsize: 100 });
  await jobs.put('a job', { timeout: 1000 }); // in shared memory when this returns, as long as any process has the queue
  jobs.shutdown(); // no more

  for await (const job of jobs) console.log(job); // as a rule in several other processes
  // #endregion
}

export function simple(): void {
  // #region simple
  using queue = new SimpleQueue<number>();
  void queue.put(1);
  console.log(queue.getSync()); // 1
  // #endregion
}
