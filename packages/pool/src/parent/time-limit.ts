import { TimeoutError } from '@multiprocess/shared-memory';
import { CHUNK } from '../wire/messages.js';
import type { PoolTask } from './pool-task.js';
import type { PoolWorker } from './pool-worker.js';

/** How soon to check again while a task with a limit has not begun. */
const CHECK_AGAIN_MS = 20;

/** Finds a task that has run for too long, and when to check next. Only the first task of a worker can have begun. */
export function checkTimeLimit(
  worker: PoolWorker,
  now: number,
): { readonly overdue: PoolTask | undefined; readonly checkAt: number } {
  const [first] = worker.tasks;
  const isLimited = [...worker.tasks].some(({ plan }) => plan.timeout !== Infinity);
  if (first === undefined || !isLimited) return { overdue: undefined, checkAt: Infinity };
  const { timeout } = first.plan;
  if (timeout === Infinity || first.isSettled || !worker.runs(first)) {
    return { overdue: undefined, checkAt: now + CHECK_AGAIN_MS };
  }
  const left = timeout - worker.channel.elapsed;
  return left > 0 ? { overdue: undefined, checkAt: now + left } : { overdue: first, checkAt: now + CHECK_AGAIN_MS };
}

/** The error of a task that has run for too long. */
export function taskTimeoutError({ plan }: PoolTask, { channel }: PoolWorker): TimeoutError {
  const where = plan.kind === CHUNK ? ` at input ${plan.firstInput + channel.item}` : '';
  return new TimeoutError(
    `${plan.name || 'A function'} was not done${where} within ${plan.timeout} ms of its start; it was told to stop`,
  );
}
