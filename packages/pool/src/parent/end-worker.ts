import { SystemError } from '@multiprocess/shared-memory';
import type { PoolWorker } from './pool-worker.js';

/** Ends a worker. One that may not be sent a signal, since it runs as another user, ends when it has done what it has. */
export function endWorker(worker: PoolWorker, how: 'terminate' | 'kill'): void {
  try {
    worker.process[how]();
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    worker.retire();
  }
}
