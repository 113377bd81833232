// Python's Process(target=f, args=('fgawg',)), three of them at once. Differs: a target is a `task`, so that the child can find it;
// times are milliseconds, and the guard is `isMainProcess` instead of `__name__ == "__main__"`.
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainProcess, Process, task } from 'multiprocess';

const f = task(import.meta, async function f(name) {
  await sleep(100);
  console.log('hello', name, Date.now());
});

if (isMainProcess) {
  const processes = Array.from({ length: 3 }, () => new Process({ target: f, args: ['fgawg'] }));
  for (const one of processes) one.start();
  for (const one of processes) await one.join();
  console.log('end');
}
