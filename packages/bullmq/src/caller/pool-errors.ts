import { EngineConnectionError, WorkerDiedError } from '@multiprocess/shared-memory';
import type { RemoteTask } from './remote-task.js';

/** What was running the task has died on another host. */
export function diedError(text: string): WorkerDiedError {
  return new WorkerDiedError(text, { pid: undefined, exitCode: null, signal: null });
}

/** What came of the task is not known. */
export function lostError({ plan }: RemoteTask, why: string): EngineConnectionError {
  return new EngineConnectionError(`The call of ${plan.name} is lost: ${why}. It may have been done, or not`);
}
