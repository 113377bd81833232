import type { PoolCore } from './pool-core.js';
import type { PoolStats } from './statistics.js';

/** Counts and times of a pool as it is now. */
export function statsOf({ workerSet, queued, statistics }: PoolCore): PoolStats {
  const workers = [...workerSet.workers];
  const { completed, failed, wait, run } = statistics;
  return {
    workers: workers.length,
    busy: workers.filter(({ tasks }) => tasks.size > 0).length,
    replaced: workerSet.replaced,
    queued,
    running: workers.reduce((sum, { tasks }) => sum + tasks.size, 0),
    completed,
    failed,
    wait,
    run,
    utilization: workerSet.utilization,
  };
}
