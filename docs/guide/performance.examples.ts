import type { Queue } from 'multiprocess';

// #region measure
export function itemsPerSecond(queue: Queue<object>, item: object): number {
  const rounds: number[] = [];
  for (let round = 0; round < 15; round++) {
    const begin = performance.now();
    for (let i = 0; i < 10_000; i++) {
      queue.putSync(item);
      queue.getSync();
    }
    if (round >= 4) rounds.push(10_000_000 / (performance.now() - begin)); // the first ones warm up
  }
  return rounds.sort((a, b) => a - b)[rounds.length >> 1]!; // the median
}
// #endregion
