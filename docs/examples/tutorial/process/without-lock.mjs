// Ten processes without a lock, all at once. Differs: nothing but the names;
// five seconds of the tutorial are 100 ms here.
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainProcess, Process, task } from 'multiprocess';

const f = task(import.meta, async function f(i) {
  await sleep(100);
  console.log('hello world', i);
});

if (isMainProcess) {
  console.log('start');
  const began = performance.now();
  const processes = Array.from({ length: 10 }, (_, i) => new Process({ target: f, args: [i] }));
  for (const one of processes) one.start();
  for (const one of processes) await one.join();
  console.log('end');
  console.log(`about ${Math.round(performance.now() - began)} ms`);
}
