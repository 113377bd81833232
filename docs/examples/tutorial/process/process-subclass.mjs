// Python's class MyProcess(Process) with run(). Differs: the class is registered, so that the child can find it;
// run() may be async, and is given no arguments: what it needs are properties of the object.
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainProcess, Process, registerClass } from 'multiprocess';

class MyProcess extends Process {
  constructor() {
    super({});
  }

  async run() {
    await sleep(100);
    console.log('hello', Date.now());
    console.log(this.pid, process.pid); // the same: its own process id
  }
}
registerClass(import.meta, MyProcess);

if (isMainProcess) void main();

// A module that registers a class has no `await` at its top: who gets an object of it may have to load it at once.
async function main() {
  const processes = Array.from({ length: 3 }, () => new MyProcess());
  for (const one of processes) one.start();
  for (const one of processes) await one.join();
  console.log('end');
}
