import { Latch } from '@multiprocess/process';
import { QueueFullError } from '@multiprocess/shared-memory';
import type { CheckedOptions } from './pool-options.js';
import type { TaskTable } from './task-table.js';

/**
 * How many tasks may be unfinished at a time: one that runs in each worker, and `maxQueue` that wait. Counted by what was
 * submitted and not by what was sent, so that it does not depend on which workers have started or which rings have room.
 */
export class Capacity {
  readonly #tasks: TaskTable;
  readonly #workers: number;
  readonly #limit: number;
  /** Those who wait until there are no more tasks than `most`. */
  readonly #waiting = new Set<{ readonly most: number; readonly latch: Latch }>();

  constructor(tasks: TaskTable, { maxProcesses, maxQueue }: CheckedOptions) {
    this.#tasks = tasks;
    this.#workers = maxProcesses;
    this.#limit = maxProcesses + maxQueue;
  }

  /** Whether no task waits for a worker. */
  get isDrained(): boolean {
    return this.#tasks.size <= this.#workers;
  }

  /** Whether one more task may be submitted. */
  get hasRoom(): boolean {
    return this.#tasks.size < this.#limit;
  }

  /** @throws {@link QueueFullError} if so many more tasks may not be submitted. */
  check(count: number): void {
    if (this.#tasks.size + count <= this.#limit) return;
    const what = count === 1 ? 'The call does not fit' : `The ${count} chunks of the map do not fit`;
    const larger = count === 1 ? '' : ', or give a larger chunksize';
    throw new QueueFullError(
      `${what}: the pool has ${this.#tasks.size} unfinished tasks, and maxQueue allows ${this.#limit}, those that run included. Await drained() first${larger}`,
    );
  }

  /** Waits until {@link isDrained}. False after a timeout. */
  drained(timeout: number, signal: AbortSignal | undefined): Promise<boolean> {
    return this.#wait(this.#workers, timeout, signal);
  }

  /** Waits until {@link hasRoom}; another caller may have taken it when this returns. */
  async room(): Promise<void> {
    await this.#wait(this.#limit - 1, Infinity, undefined);
  }

  async #wait(most: number, timeout: number, signal: AbortSignal | undefined): Promise<boolean> {
    if (this.#tasks.size <= most) return true;
    const waiter = { most, latch: new Latch() };
    this.#waiting.add(waiter);
    try {
      return await waiter.latch.wait(timeout, signal);
    } finally {
      this.#waiting.delete(waiter);
    }
  }

  /** A task was removed from the table. */
  readonly noteRemoved = (): void => {
    for (const { most, latch } of this.#waiting) if (this.#tasks.size <= most) latch.open();
  };
}
