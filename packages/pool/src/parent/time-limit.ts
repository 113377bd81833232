import type { PoolTask } from './pool-task.js';
import type { PoolWorker } from './pool-worker.js';

/** How soon to look again while what has a limit has not begun. */
const LOOK_AGAIN_MS = 20;

/** Which task of the worker has run for too long, and when to look next. Time runs for the first only: no other has begun. */
export function timeLimitOf(
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
