import type { Lock, SharedMemory } from 'multiprocess';

declare function repair(words: Int32Array): void;

export async function transfer(lock: Lock, memory: SharedMemory, amount: number): Promise<void> {
  // #region takeover
  const accounts = new Int32Array(memory.buffer);
  await lock.run(() => {
    if (lock.ownerDied) repair(accounts); // the former owner may have done only one of the two steps
    accounts[0]! -= amount;
    accounts[1]! += amount;
  });
  // #endregion
}
