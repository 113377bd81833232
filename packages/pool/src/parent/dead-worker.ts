import { WorkerDiedError } from '@multiprocess/shared-memory';
import { CHUNK } from '../wire/messages.js';
import type { PoolTask } from './pool-task.js';
import type { PoolWorker } from './pool-worker.js';
import type { TaskTable } from './task-table.js';

/**
 * Deals with the tasks of a worker that has ended, all of whose results were taken. Rejects those that it had begun more often
 * than `retries` allows.
 *
 * @returns those that other workers are to get: it had not begun them, or they may be begun again
 */
export function settleTasksOf(worker: PoolWorker, tasks: TaskTable, retries: number): PoolTask[] {
  const again: PoolTask[] = [];
  for (const task of [...worker.tasks]) {
    const begun = !worker.takeBack(task);
    if (begun) worker.finish(task);
    if (task.isSettled) tasks.remove(task);
    else if (begun && ++task.deaths > retries) tasks.drop(task, workerDiedError(task, worker));
    else again.push(task);
  }
  return again;
}

function workerDiedError(task: PoolTask, worker: PoolWorker): WorkerDiedError {
  const { pid, name, exitCode, signalCode, error } = worker.process;
  const who = pid === process.pid ? `${name}, a thread,` : `Worker ${String(pid)}`;
  const how = signalCode === null ? `ended with exit code ${String(exitCode)}` : `was killed by ${signalCode}`;
  const where = task.plan.kind === CHUNK ? `, at input ${task.plan.firstInput + worker.channel.item}` : '';
  const times = task.deaths > 1 ? `; it is the last of ${task.deaths} that did` : '';
  const what = task.plan.name || 'a function';
  const message = `${who} ${how} while it was running ${what}${where}${times}`;
  const end = { pid, exitCode, signal: signalCode };
  return new WorkerDiedError(message, end, error === undefined ? undefined : { cause: error });
}
