import type { PoolWorker } from './pool-worker.js';
import type { ResultReceiver } from './result-receiver.js';

/** Workers that have ended, and whose tasks are still to be dealt with. */
export class DeadWorkers {
  readonly #dead = new Set<PoolWorker>();
  readonly #receiver: ResultReceiver;
  readonly #onSettled: (worker: PoolWorker) => void;

  /** @param onSettled called once for each worker, when all that it has published was taken */
  constructor(receiver: ResultReceiver, onSettled: (worker: PoolWorker) => void) {
    this.#receiver = receiver;
    this.#onSettled = onSettled;
  }

  has(worker: PoolWorker): boolean {
    return this.#dead.has(worker);
  }

  add(worker: PoolWorker): void {
    this.#dead.add(worker);
    this.settle();
  }

  /**
   * Takes all published results, whose tasks are done, and then settles the workers. That may have to wait for another worker
   * that is stopped while it publishes: call this again then.
   */
  settle(): void {
    if (this.#dead.size === 0) return;
    this.#receiver.drain();
    if (!this.#receiver.isDrained) return;
    for (const worker of this.#dead) if (this.#dead.delete(worker)) this.#onSettled(worker);
  }
}
