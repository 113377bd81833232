import { PoolTask } from './pool-task.js';
import type { TaskPlan } from './pool-task.js';

/** The tasks of a pool, by the number under which their results come; those, too, that have been settled and still run. */
export class TaskTable implements Iterable<PoolTask> {
  readonly #tasks = new Map<number, PoolTask>();
  readonly #onTurn: () => void;
  #lastId = 0;
  #unsettled = 0;

  /** @param onTurn called when the first task is there that has not been settled, and when none is any more */
  constructor(onTurn: () => void) {
    this.#onTurn = onTurn;
  }

  /** How many have not been settled. */
  get unsettled(): number {
    return this.#unsettled;
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

  /** After a task that was added has been put where it waits. */
  noteAdded(): void {
    if (this.#unsettled === 1) this.#onTurn();
  }

  get(id: number): PoolTask | undefined {
    return this.#tasks.get(id);
  }

  /** Nothing comes of it any more. */
  remove(task: PoolTask): void {
    this.#tasks.delete(task.id);
  }

  /** Tells whoever waits for it how it has ended, once. */
  settle(task: PoolTask, tell: () => void): void {
    if (task.isSettled) return;
    task.isSettled = true;
    this.#unsettled--;
    tell();
    if (this.#unsettled === 0) this.#onTurn();
  }

  /** It is not run any more. */
  reject(task: PoolTask, error: unknown): void {
    this.remove(task);
    this.settle(task, () => task.plan.reject(error));
  }

  /** All that are there now: what is added or removed meanwhile changes nothing. */
  [Symbol.iterator](): Iterator<PoolTask> {
    return [...this.#tasks.values()].values();
  }
}
