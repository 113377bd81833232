import { TimeoutError } from '@multiprocess/shared-memory';
import type { PoolTask } from './pool-task.js';

/** What a task rejects with whose time is over. */
export function taskTimeoutError({ plan }: PoolTask): TimeoutError {
  return new TimeoutError(
    `${plan.definition.name || 'A function'} was not done within ${plan.timeout} ms of its start; it was told to stop`,
  );
}
