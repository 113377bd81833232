import { PoolTask } from './pool-task.js';
import type { TaskPlan } from './pool-task.js';

/** The tasks of a pool by their numbers, which their results carry; including tasks that are settled and still run. */
export class TaskTable implements Iterable<PoolTask> {
  readonly #tasks = new Map<number, PoolTask>();
  readonly #onAllSettled: () => void;
  /** Called after each task that was removed. */
  onRemoved: (() => void) | undefined;
  #lastId = 0;
  #unsettled = 0;

  /** @param onAllSettled called when the last unsettled task has been settled */
  constructor(onAllSettled: () => void) {
    this.#onAllSettled = onAllSettled;
  }

  /** How many have not been settled. */
  get unsettled(): number {
    return this.#unsettled;
  }

  /** How many are not done: also those that are settled and still run. */
  get size(): number {
    return this.#tasks.size;
  }

  add(plan: TaskPlan): PoolTask {
    let id = this.#lastId;
    do id = (id + 1) >>> 0;
    while (this.#tasks.has(id));
    this.#lastId = id;
    const task = new PoolTask(id, plan);
    this.#tasks.set(id, task);
    this.#unsettled++;
    return task;
  }

  get(id: number): PoolTask | undefined {
    return this.#tasks.get(id);
  }

  /** Removes a task for which no result will come. */
  remove(task: PoolTask): void {
    this.#tasks.delete(task.id);
    this.onRemoved?.();
  }

  /** Resolves a task, unless it is settled. */
  resolve(task: PoolTask, value: unknown): void {
    if (!this.#markSettled(task)) return;
    task.plan.ending.resolve(value);
    this.#noteSettled();
  }

  /** Rejects a task, unless it is settled. It may still run. */
  reject(task: PoolTask, error: unknown): void {
    if (!this.#markSettled(task)) return;
    task.plan.ending.reject(error);
    this.#noteSettled();
  }

  /** Removes and rejects a task. */
  drop(task: PoolTask, error: unknown): void {
    this.remove(task);
    this.reject(task, error);
  }

  /** False if the task was settled before. */
  #markSettled(task: PoolTask): boolean {
    if (task.isSettled) return false;
    task.isSettled = true;
    this.#unsettled--;
    task.stopListening?.();
    return true;
  }

  #noteSettled(): void {
    if (this.#unsettled === 0) this.#onAllSettled();
  }

  /** Iterates over a copy: tasks may be added and removed meanwhile. */
  [Symbol.iterator](): Iterator<PoolTask> {
    return [...this.#tasks.values()].values();
  }
}
