// Ten processes with a Lock, one after the other. Differs: the lock is handed over as an argument and arrives alive;
// if a process is killed while it holds the lock, the next one takes it over.
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainProcess, Lock, Process, task } from 'multiprocess';

const f = task(import.meta, async function f(lock, i) {
  await lock.acquire();
  try {
    await sleep(100);
    console.log('hello world', i);
  } finally {
    lock.release();
  }
});

if (isMainProcess) {
  console.log('start');
  const began = performance.now();
  const lock = new Lock();
  const processes = Array.from({ length: 10 }, (_, i) => new Process({ target: f, args: [lock, i] }));
  for (const one of processes) one.start();
  for (const one of processes) await one.join();
  console.log('end');
  console.log(`about ${Math.round(performance.now() - began)} ms`);
  lock.close();
}
