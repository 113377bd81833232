// Shown in doc comments. Compiled, so that they stay true.
import { activeChildren, cpuCount, currentProcess, isMainProcess, parentProcess, Process, task } from './index.js';

// #region process
const greet = task(import.meta, function greet(name: string) {
  console.log(`hello ${name}, from process ${process.pid}`);
});
if (isMainProcess) {
  const child = new Process({ target: greet, args: ['Bob'] });
  child.start();
  await child.join();
}
// #endregion

export function family(): void {
  // #region family
  const workers = Array.from({ length: cpuCount() }, (_, i) => new Process({ target: greet, args: [`worker ${i}`] }));
  for (const worker of workers) worker.start();
  console.log(currentProcess().name, parentProcess()?.pid); // 'MainProcess' undefined
  console.log(activeChildren().length); // how many of them still run
  // #endregion
}
