// Python's Semaphore(2): at most two processes at a time. Differs: the value is an option;
// BoundedSemaphore also gives back the permits of processes that died.
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainProcess, Process, Semaphore, task } from 'multiprocess';

const f = task(import.meta, async function f(semaphore, i) {
  await semaphore.acquire();
  console.log('Semaphore acquired');
  await sleep(10 * i);
  console.log('hello world', i);
  console.log('Semaphore release');
  semaphore.release();
});

if (isMainProcess) {
  console.log('start');
  const began = performance.now();
  const semaphore = new Semaphore({ value: 2 });
  const processes = Array.from({ length: 10 }, (_, i) => new Process({ target: f, args: [semaphore, i] }));
  for (const one of processes) one.start();
  for (const one of processes) await one.join();
  console.log('end');
  console.log(`about ${Math.round(performance.now() - began)} ms`);
  semaphore.close();
}
