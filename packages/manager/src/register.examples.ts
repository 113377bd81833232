import { isMainProcess } from '@multiprocess/process';
import { Manager } from './index.js';

// #region register
export class Bank {
  #total = 0;

  deposit(amount: number): number {
    this.#total += amount;
    return this.#total;
  }
}

if (isMainProcess) {
  const manager = await Manager.start();
  manager.register(import.meta, Bank); // the manager's process imports this module, and takes what it exports as Bank
  const bank = manager.create<typeof Bank>('Bank'); // in any program that is connected
  console.log(await bank.deposit(5)); // 5
  await manager.shutdown();
}
// #endregion
