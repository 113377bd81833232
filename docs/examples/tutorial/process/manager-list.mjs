// Python's Manager().list(). Differs: a manager is started and awaited, methods of a proxy are awaited;
// a whole list is read by snapshot(), where Python prints the proxy.
import { Manager } from '@multiprocess/manager';
import { isMainProcess, Process, task } from 'multiprocess';

const func = task(import.meta, async function func(list, i) {
  await list.push(i);
});

if (isMainProcess) {
  const manager = await Manager.start();
  const list = manager.list();
  const processes = [0, 1, 2].map((i) => new Process({ target: func, args: [list, i] }));
  for (const one of processes) one.start();
  for (const one of processes) await one.join();
  console.log(await list.snapshot());
  console.log('end');
  await manager.shutdown();
}
