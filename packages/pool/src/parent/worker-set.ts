import { Process } from '@multiprocess/process';
import { clock, isError, ProcessStartError } from '@multiprocess/shared-memory';
import { Channel } from '../wire/channel.js';
import { endWorker } from './end-worker.js';
import type { CheckedOptions } from './pool-options.js';
import { PoolWorker } from './pool-worker.js';
import { infoOf } from './worker-info.js';
import { poolWorker } from '../worker/worker-main.js';

/** The pool gives up after so many workers in a row have ended by themselves before they were ready. */
const MAX_FAILURES = 3;
/** A worker that is killed while it starts is replaced at once; after the next ones, the delay is doubled each time. */
const FIRST_BACKOFF_MS = 20;
const MAX_BACKOFF_MS = 1000;

/** How soon at the earliest to look again for idle workers, while all are busy. */
const CHECK_IDLE_MS = 20;
/** How soon to try again when one more worker could not be started, and others run. */
const REFUSED_MS = 1000;

/** The workers of a pool: starts the missing ones, ends idle ones, and gives up when they do not start. */
export class WorkerSet {
  /** Workers that have been started and have not been seen to end. */
  readonly workers = new Set<PoolWorker>();
  /** How many workers were started to replace others. */
  replaced = 0;
  readonly #options: CheckedOptions;
  readonly #results: string;
  readonly #onEnd: (worker: PoolWorker) => void;
  #started = 0;
  /** How many ended because they had nothing to do; they are not replaced. */
  #endedIdle = 0;
  #failures = 0;
  #startAt = 0;
  #idleCheckAt = Infinity;
  /** Of the workers that have ended. */
  #aliveMs = 0;
  #busyMs = 0;

  constructor(options: CheckedOptions, results: string, onEnd: (worker: PoolWorker) => void) {
    this.#options = options;
    this.#results = results;
    this.#onEnd = onEnd;
  }

  /** When the next missing worker for so many tasks may be started; `Infinity` if none is missing. */
  startAt(tasks: number): number {
    return this.#staying < this.#wanted(tasks) ? this.#startAt : Infinity;
  }

  /** Each task that is not done has a worker, within the limits. */
  #wanted(tasks: number): number {
    const { minProcesses, maxProcesses } = this.#options;
    return Math.min(maxProcesses, Math.max(minProcesses, tasks));
  }

  get #staying(): number {
    let count = 0;
    for (const worker of this.workers) if (!worker.isRetiring) count++;
    return count;
  }

  /**
   * Starts the workers that are missing for so many tasks. If the system refuses one more than `minProcesses`, the pool goes
   * on with those that it has, and tries again later.
   *
   * @throws {@link ProcessStartError} if the system refuses, or this is a child that is still importing its modules.
   * @throws {@link SerializationError} if the initializer or its arguments cannot be serialized.
   * @throws {@link OutOfMemoryError} if shared memory is full.
   */
  fill(tasks: number): void {
    while (clock.now() >= this.startAt(tasks)) {
      try {
        this.#start();
      } catch (error) {
        if (this.#staying < Math.max(1, this.#options.minProcesses)) throw error;
        this.#startAt = clock.now() + REFUSED_MS;
      }
    }
    const { minProcesses, idleTimeout } = this.#options;
    if (this.#idleCheckAt === Infinity && idleTimeout !== Infinity && this.#staying > minProcesses)
      this.#idleCheckAt = 0;
  }

  /**
   * Lets workers end that have had no task for `idleTimeout` ms, down to `minProcesses`. Returns when to call this next: not
   * at each change, since a timer for each task would cost more than the task.
   */
  endIdle(now: number): number {
    if (now < this.#idleCheckAt) return this.#idleCheckAt;
    const { minProcesses, idleTimeout } = this.#options;
    let spare = this.#staying - minProcesses;
    let next = now + Math.max(CHECK_IDLE_MS, idleTimeout);
    for (const worker of this.workers) {
      if (spare <= 0) break;
      if (!worker.isReady || worker.isRetiring || worker.tasks.size > 0) continue;
      if (now >= worker.changedAt + idleTimeout) {
        this.#endedIdle++;
        worker.retire();
        spare--;
      } else next = Math.min(next, worker.changedAt + idleTimeout);
    }
    return (this.#idleCheckAt = spare > 0 ? next : Infinity);
  }

  #start(): void {
    const number = ++this.#started;
    const { settings, initializer, initargs, maxTasksPerChild } = this.#options;
    const channel = Channel.create();
    try {
      const start = { number, channel: channel.reference, results: this.#results, initializer, initargs };
      const name = `PoolWorker-${number}`;
      const process = new Process({ ...settings, target: poolWorker, args: [start], name, daemon: true });
      process.start();
      process.unref();
      const worker = new PoolWorker(number, process, channel, maxTasksPerChild);
      const lost = number - 1 - this.#staying - this.#endedIdle - this.replaced;
      this.workers.add(worker);
      if (lost > 0) this.replaced++;
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

  /** The share of their time in which the workers had tasks, from 0 to 1. */
  get utilization(): number {
    const now = clock.now();
    let [alive, busy] = [this.#aliveMs, this.#busyMs];
    for (const worker of this.workers) {
      alive += worker.aliveMs(now);
      busy += worker.busyMs(now);
    }
    return alive === 0 ? 0 : busy / alive;
  }

  noteReady(worker: PoolWorker): void {
    worker.noteReady();
    this.#failures = 0;
    this.#options.onWorkerStart?.(infoOf(worker.process));
  }

  /** A worker has ended. @returns the error if no more are to be started */
  noteEnd(worker: PoolWorker): Error | undefined {
    this.workers.delete(worker);
    this.#aliveMs += worker.aliveMs(clock.now());
    this.#busyMs += worker.busyMs(clock.now());
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
