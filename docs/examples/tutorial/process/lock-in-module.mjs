// A Lock at the top of a module: each process makes one of its own, and none excludes another. Differs: with a name it would be
// the same one everywhere, new Lock({ name: 'tutorial' }), which Python does not have.
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainProcess, Lock, Process, task } from 'multiprocess';

const lock = new Lock();

const f = task(import.meta, async function f(handleOfParent) {
  await lock.acquire();
  await sleep(100);
  console.log('another lock:', lock.handle !== handleOfParent);
  lock.release();
});

if (isMainProcess) {
  console.log('start');
  const processes = Array.from({ length: 3 }, () => new Process({ target: f, args: [lock.handle] }));
  for (const one of processes) one.start();
  for (const one of processes) await one.join();
  console.log('end');
}
