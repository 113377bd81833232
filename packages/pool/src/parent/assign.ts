import type { Backlog } from './backlog.js';
import type { PoolTask } from './pool-task.js';
import type { PoolWorker } from './pool-worker.js';

/** Gives waiting tasks to the workers with the fewest tasks. If none waits, idle workers get tasks that busy ones have not begun. */
export function assign(backlog: Backlog, workers: ReadonlySet<PoolWorker>): void {
  if (backlog.hasPriorities) withdraw(backlog, workers);
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

/**
 * Takes back tasks that were sent ahead and have not begun, if one of a higher priority waits: it could only be sent behind
 * them. What is left of them in the ring of the worker is skipped there.
 */
function withdraw(backlog: Backlog, workers: ReadonlySet<PoolWorker>): void {
  const next = backlog.peek();
  if (next === undefined) return;
  const withdrawn: PoolTask[] = [];
  for (const worker of workers) {
    for (const task of [...worker.tasks]) {
      if (task.plan.priority < next.plan.priority && !task.isSettled && worker.takeBack(task)) withdrawn.push(task);
    }
  }
  backlog.pushFront(withdrawn.sort((one, other) => one.submitted - other.submitted));
}

function leastLoaded(workers: ReadonlySet<PoolWorker>): PoolWorker | undefined {
  let best: PoolWorker | undefined;
  for (const worker of workers) {
    if (worker.hasRoom() && (best === undefined || worker.tasks.size < best.tasks.size)) best = worker;
  }
  return best;
}

/** The worker with the most tasks, if it has at least two. */
function busiest(workers: ReadonlySet<PoolWorker>): PoolWorker | undefined {
  let best: PoolWorker | undefined;
  for (const worker of workers) if (worker.tasks.size > (best?.tasks.size ?? 1)) best = worker;
  return best;
}

/** Gives the younger half of the tasks to the idle worker, as far as they have not begun. */
function relieve(busy: PoolWorker | undefined, idle: PoolWorker): void {
  if (busy === undefined) return;
  const tasks = [...busy.tasks];
  for (const task of tasks.slice(Math.ceil(tasks.length / 2))) {
    if (!idle.hasRoom()) return;
    if (!task.isSettled && busy.takeBack(task)) idle.give(task);
  }
}
