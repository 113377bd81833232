import { Lane } from './lane.js';
import type { PoolTask } from './pool-task.js';

/** The tasks that wait for a worker: those of the highest priority first, and of the same priority in order. */
export class Backlog {
  /** Highest priority first. Most pools have one lane. */
  #lanes: Lane[] = [new Lane(0)];
  #hasPriorities = false;

  /** Whether there has ever been a task with a priority other than 0. */
  get hasPriorities(): boolean {
    return this.#hasPriorities;
  }

  push(task: PoolTask): void {
    this.#laneOf(task.plan.priority).push(task);
  }

  /** Puts tasks back to the front of those of their priority, in their order. */
  pushFront(tasks: readonly PoolTask[]): void {
    if (tasks.length === 0) return;
    for (const priority of new Set(tasks.map(({ plan }) => plan.priority))) {
      this.#laneOf(priority).pushFront(tasks.filter(({ plan }) => plan.priority === priority));
    }
  }

  #laneOf(priority: number): Lane {
    const at = this.#lanes.findIndex((lane) => lane.priority <= priority);
    const found = this.#lanes[at];
    if (found?.priority === priority) return found;
    this.#hasPriorities = true;
    const lane = new Lane(priority);
    this.#lanes.splice(at === -1 ? this.#lanes.length : at, 0, lane);
    return lane;
  }

  /** The next, without removing it. */
  peek(): PoolTask | undefined {
    return this.#first()?.peek();
  }

  /** Removes the one that {@link peek} returned. */
  drop(): void {
    this.#first()?.drop();
  }

  /** The lane of the next task. Removes empty lanes before it. */
  #first(): Lane | undefined {
    for (let lane = this.#lanes[0]; lane !== undefined; lane = this.#lanes[0]) {
      if (lane.peek() !== undefined) return lane;
      if (this.#lanes.length === 1) return undefined;
      this.#lanes.shift();
    }
    return undefined;
  }

  /** All that are not settled. */
  get waiting(): PoolTask[] {
    return this.#lanes.flatMap(({ waiting }) => waiting);
  }
}
