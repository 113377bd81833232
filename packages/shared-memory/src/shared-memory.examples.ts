import { attach, listSegments, removeOrphans, SharedMemory } from './index.js';

export function memory(): void {
  // #region memory
  using memory = new SharedMemory({ size: 4096, name: 'counters' });
  Atomics.add(new Int32Array(memory.buffer), 0, 1); // any process that has `new SharedMemory({ size: 4096, name: 'counters' })`
  // #endregion
}

export function byHandle(handle: string): void {
  // #region attach
  using object = attach(handle); // from argv, the environment, a file: a Lock if it was a lock's, a Queue if a queue's
  console.log(object.handle === handle); // true
  // #endregion
}

export function segments(): void {
  // #region segments
  for (const { kind, name, bytesInUse, pids } of listSegments()) console.log(kind, name, bytesInUse, pids);
  console.log(removeOrphans()); // names of what no living process had
  // #endregion
}
