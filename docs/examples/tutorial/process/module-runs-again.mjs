// The tutorial's 66666: a child imports the module of its target, so what stands at its top runs once more in each.
// Differs: nothing, as for Python on Windows and, from 3.14 on, everywhere; a fork would not print it again.
import { isMainProcess, Process, task } from 'multiprocess';

console.log(66666);

const func = task(import.meta, function func(num, i) {
  return num + i;
});

if (isMainProcess) {
  const processes = [0, 1, 2].map((i) => new Process({ target: func, args: [10, i] }));
  for (const one of processes) one.start();
  for (const one of processes) await one.join();
}
