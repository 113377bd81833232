import { Process } from '@multiprocess/process';
import { clock, isError, ProcessStartError } from '@multiprocess/shared-memory';
import { Channel } from '../wire/channel.js';
import { endWorker } from './end-worker.js';
import type { CheckedOptions } from './pool-options.js';
import { PoolWorker } from './pool-worker.js';
import { poolWorker } from '../worker/worker-main.js';

/** The pool gives up after so many workers in a row have ended by themselves before they were ready. */
const MAX_FAILURES = 3;
/** A worker that is killed while it starts is replaced at once; after the next ones, the delay is doubled each time. */
const FIRST_BACKOFF_MS = 20;
const MAX_BACKOFF_MS = 1000;

/** The workers of a pool: starts the missing ones, and gives up when they do not start. */
export class WorkerSet {
  /** Workers that have been started and have not been seen to end. */
  readonly workers = new Set<PoolWorker>();
  /** How many workers were started to replace others. */
  replaced = 0;
  readonly #options: CheckedOptions;
  readonly #results: string;
  readonly #onEnd: (worker: PoolWorker) => void;
  #started = 0;
  #failures = 0;
  #startAt = 0;

  constructor(options: CheckedOptions, results: string, onEnd: (worker: PoolWorker) => void) {
    this.#options = options;
    this.#results = results;
    this.#onEnd = onEnd;
  }

  /** When the next missing worker may be started; `Infinity` if none is missing. */
  get startAt(): number {
    return this.#staying < this.#options.processes ? this.#startAt : Infinity;
  }

  get #staying(): number {
    let count = 0;
    for (const worker of this.workers) if (!worker.isRetiring) count++;
    return count;
  }

  /**
   * Starts the workers that are missing.
   *
   * @throws {@link ProcessStartError} if the system refuses, or this is a child that is still importing its modules.
   * @throws {@link SerializationError} if the initializer or its arguments cannot be serialized.
   * @throws {@link OutOfMemoryError} if shared memory is full.
   */
  fill(): void {
    while (clock.now() >= this.startAt) this.#start();
  }

  #start(): void {
    const number = ++this.#started;
    const { runtime, initializer, initargs, maxTasksPerChild } = this.#options;
    const channel = Channel.create();
    try {
      const start = { number, channel: channel.reference, results: this.#results, initializer, initargs };
      const process = new Process({
        target: poolWorker,
        args: [start],
        name: `PoolWorker-${number}`,
        daemon: true,
        runtime,
      });
      process.start();
      process.unref();
      const worker = new PoolWorker(number, process, channel, maxTasksPerChild);
      this.workers.add(worker);
      if (number > this.#options.processes) this.replaced++;
      void process.join().then(() => {
        if (this.workers.has(worker)) this.#onEnd(worker);
      });
    } catch (error) {
      channel.close();
      throw error;
    }
  }

  /** Kills all workers without calling `onEnd`: the constructor of the pool has failed. */
  dismiss(): void {
    for (const worker of this.workers) {
      this.workers.delete(worker);
      endWorker(worker, 'kill');
      worker.channel.close();
    }
  }

  noteReady(worker: PoolWorker): void {
    worker.isReady = true;
    this.#failures = 0;
  }

  /** A worker has ended. @returns the error if no more are to be started */
  noteEnd(worker: PoolWorker): Error | undefined {
    this.workers.delete(worker);
    if (worker.isReady) return undefined;
    this.#failures++;
    const backoff = FIRST_BACKOFF_MS * 2 ** Math.min(10, this.#failures);
    if (this.#failures > 1) this.#startAt = clock.now() + Math.min(MAX_BACKOFF_MS, backoff);
    const { exitCode, error } = worker.process;
    // A worker killed from outside says nothing about the next one.
    if (this.#failures < MAX_FAILURES || (exitCode !== null && exitCode < 0)) return undefined;
    const why = isError(error) ? `: ${error.message}` : '';
    return new ProcessStartError(
      `The pool's workers do not start: ${this.#failures} in a row have ended before they were ready, the last with exit code ${String(exitCode)}${why}`,
      { cause: error },
    );
  }
}
