import type { PoolTask } from './pool-task.js';

/** The tasks of one priority that wait for a worker, in order. Tasks that are settled meanwhile are skipped. */
export class Lane {
  readonly priority: number;
  #tasks: PoolTask[] = [];
  #head = 0;

  constructor(priority: number) {
    this.priority = priority;
  }

  push(task: PoolTask): void {
    this.#tasks.push(task);
  }

  /** Puts tasks back to the front, in their order. */
  pushFront(tasks: readonly PoolTask[]): void {
    this.#tasks = [...tasks, ...this.#tasks.slice(this.#head)];
    this.#head = 0;
  }

  /** The oldest, without removing it. */
  peek(): PoolTask | undefined {
    for (; this.#head < this.#tasks.length; this.#head++) {
      const task = this.#tasks[this.#head]!;
      if (!task.isSettled) return task;
    }
    this.#tasks = [];
    this.#head = 0;
    return undefined;
  }

  /** Removes the one that {@link peek} returned. */
  drop(): void {
    this.#head++;
    // Copying the rest each time it has halved costs two copies for each task.
    if (this.#head < 1024 || this.#head * 2 < this.#tasks.length) return;
    this.#tasks = this.#tasks.slice(this.#head);
    this.#head = 0;
  }

  /** All that are not settled. */
  get waiting(): PoolTask[] {
    return this.#tasks.slice(this.#head).filter((task) => !task.isSettled);
  }
}
