import { TimeoutError, WorkerDiedError } from '@multiprocess/shared-memory';
import { CHUNK } from '../wire/messages.js';
import type { PoolTask } from './pool-task.js';
import type { PoolWorker } from './pool-worker.js';

/** The error of a task that has run for too long. */
export function taskTimeoutError({ plan }: PoolTask): TimeoutError {
  return new TimeoutError(
    `${plan.definition.name || 'A function'} was not done within ${plan.timeout} ms of its start; it was told to stop`,
  );
}

/** The error of a task whose worker died while it ran the task. */
export function workerDiedError(task: PoolTask, worker: PoolWorker): WorkerDiedError {
  const { pid, exitCode, signalCode, error } = worker.process;
  const how = signalCode === null ? `ended with exit code ${String(exitCode)}` : `was killed by ${signalCode}`;
  const where = task.plan.kind === CHUNK ? `, at input ${task.plan.firstInput + worker.channel.item}` : '';
  const times = task.deaths > 1 ? `; it is the last of ${task.deaths} that did` : '';
  const what = task.plan.definition.name || 'a function';
  const message = `Worker ${String(pid)} ${how} while it was running ${what}${where}${times}`;
  const end = { pid, exitCode, signal: signalCode };
  return new WorkerDiedError(message, end, error === undefined ? undefined : { cause: error });
}
