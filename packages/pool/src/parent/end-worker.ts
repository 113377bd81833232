import { SystemError } from '@multiprocess/shared-memory';
import type { PoolWorker } from './pool-worker.js';

/** Ends a worker. If it runs as another user, this process may not send it a signal, and it ends after the tasks that it has. */
export function endWorker(worker: PoolWorker, how: 'terminate' | 'kill'): void {
  try {
    worker.process[how]();
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    worker.retire();
  }
}
