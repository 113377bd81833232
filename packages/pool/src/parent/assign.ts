import type { Backlog } from './backlog.js';
import type { PoolWorker } from './pool-worker.js';

/** Gives waiting tasks to the workers that have least to do, and, once none waits, to idle workers what others have not begun. */
export function assign(backlog: Backlog, workers: ReadonlySet<PoolWorker>): void {
  for (;;) {
    const task = backlog.peek();
    if (task === undefined) break;
    const worker = leastLoaded(workers);
    if (worker === undefined) return;
    backlog.drop();
    worker.give(task);
  }
  for (const worker of workers) if (worker.tasks.size === 0) relieve(busiest(workers), worker);
}

function leastLoaded(workers: ReadonlySet<PoolWorker>): PoolWorker | undefined {
  let best: PoolWorker | undefined;
  for (const worker of workers) {
    if (worker.hasRoom() && (best === undefined || worker.tasks.size < best.tasks.size)) best = worker;
  }
  return best;
}

/** The one with most to do, if that is more than the task it is at. */
function busiest(workers: ReadonlySet<PoolWorker>): PoolWorker | undefined {
  let most: PoolWorker | undefined;
  for (const worker of workers) if (worker.tasks.size > (most?.tasks.size ?? 1)) most = worker;
  return most;
}

/** Hands over half of what has not begun, the youngest. */
function relieve(busy: PoolWorker | undefined, idle: PoolWorker): void {
  if (busy === undefined) return;
  const tasks = [...busy.tasks];
  for (const task of tasks.slice(Math.ceil(tasks.length / 2))) {
    if (!idle.hasRoom()) return;
    if (!task.isSettled && busy.takeBack(task)) idle.give(task);
  }
}
