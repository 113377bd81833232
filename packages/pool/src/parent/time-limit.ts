import type { PoolTask } from './pool-task.js';
import type { PoolWorker } from './pool-worker.js';

/** How soon to check again while a task with a limit has not begun. */
const LOOK_AGAIN_MS = 20;

/** Finds a task that has run for too long, and when to check next. Only the first task of a worker can have begun. */
export function checkTimeLimit(
  worker: PoolWorker,
  now: number,
): { readonly overdue: PoolTask | undefined; readonly lookAt: number } {
  const [first] = worker.tasks;
  const isLimited = [...worker.tasks].some(({ plan }) => plan.timeout !== Infinity);
  if (first === undefined || !isLimited) return { overdue: undefined, lookAt: Infinity };
  const { timeout } = first.plan;
  if (timeout === Infinity || first.isSettled || !worker.runs(first)) {
    return { overdue: undefined, lookAt: now + LOOK_AGAIN_MS };
  }
  const left = timeout - worker.channel.elapsed;
  return left > 0 ? { overdue: undefined, lookAt: now + left } : { overdue: first, lookAt: now + LOOK_AGAIN_MS };
}
