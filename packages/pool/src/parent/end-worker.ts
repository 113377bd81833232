import { SystemError } from '@multiprocess/shared-memory';
import type { PoolWorker } from './pool-worker.js';

/** Ends a worker. One that runs as another user and so cannot be sent a signal ends after the tasks that it has. */
export function endWorker(worker: PoolWorker, how: 'terminate' | 'kill'): void {
  try {
    worker.process[how]();
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    worker.retire();
  }
}
