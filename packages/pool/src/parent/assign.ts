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
  for (const worker of workers) if (worker.isReady && worker.tasks.size === 0) relieve(busiest(workers), worker);
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
  for (const worker of workers)
    if (worker.hasRoom() && (best === undefined || load(worker) < load(best))) best = worker;
  return best;
}

/** How many tasks a new one waits for; that of a worker that still starts lies between those of an idle and of a busy one. */
function load({ isReady, tasks }: PoolWorker): number {
  return isReady ? tasks.size : tasks.size + 0.5;
}

/** The worker with the most tasks that have not begun, if there is one: the first task of a worker that is ready has begun. */
function busiest(workers: ReadonlySet<PoolWorker>): PoolWorker | undefined {
  let [best, most]: [PoolWorker | undefined, number] = [undefined, 0];
  for (const worker of workers) {
    const waiting = worker.isReady ? worker.tasks.size - 1 : worker.tasks.size;
    if (waiting > most) [best, most] = [worker, waiting];
  }
  return best;
}

/** Gives the younger half of the tasks to the idle worker, as far as they have not begun; of one that still starts, its only one. */
function relieve(busy: PoolWorker | undefined, idle: PoolWorker): void {
  if (busy === undefined) return;
  const tasks = [...busy.tasks];
  for (const task of busy.isReady ? tasks.slice(Math.ceil(tasks.length / 2)) : tasks) {
    if (!idle.hasRoom()) return;
    if (!task.isSettled && busy.takeBack(task)) idle.give(task);
  }
}
