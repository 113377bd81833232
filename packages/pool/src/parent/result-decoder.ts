import { decode, importNeeded } from '@multiprocess/serialization';
import { ERROR } from '../wire/messages.js';
import type { Body } from '../wire/messages.js';
import type { PoolTask } from './pool-task.js';
import type { TaskTable } from './task-table.js';

/** Decodes results and settles their tasks. If a result needs a module that is not loaded, it waits for the import. */
export class ResultDecoder {
  readonly #tasks: TaskTable;
  /** Settle the tasks whose results wait for an import. */
  readonly #importing = new Set<() => void>();
  #isBlocked = false;

  constructor(tasks: TaskTable) {
    this.#tasks = tasks;
  }

  decode(task: PoolTask, kind: number, body: Body): void {
    const needed = this.#isBlocked ? undefined : importNeeded(body.bytes);
    if (needed === undefined) this.#settle(task, kind, body);
    else this.#settleWhenImported(task, kind, { bytes: body.bytes.slice(), owned: true }, needed);
  }

  #settleWhenImported(task: PoolTask, kind: number, body: Body, needed: Promise<void>): void {
    const settle = (): void => {
      if (this.#importing.delete(settle)) this.#settle(task, kind, body);
    };
    this.#importing.add(settle);
    void needed.then(settle);
  }

  /**
   * Hands what a task reports to its listener. If a module has to be imported for it, that is later, or not at all if the task
   * has ended by then. A value that cannot be decoded rejects the task.
   */
  report(task: PoolTask, { bytes, owned }: Body): void {
    const needed = this.#isBlocked ? undefined : importNeeded(bytes);
    if (needed === undefined) return this.#deliver(task, { bytes, owned });
    const copy = bytes.slice();
    void needed.then(() => {
      this.#deliver(task, { bytes: copy, owned: true });
    });
  }

  #deliver(task: PoolTask, { bytes, owned }: Body): void {
    if (task.isSettled) return;
    let value: unknown;
    try {
      value = decode(bytes, { owned });
    } catch (error) {
      this.#tasks.reject(task, error);
      return;
    }
    task.plan.onReport?.(value);
  }

  /** Runs `block`, which blocks the thread. No import can end meanwhile, so results are decoded without waiting for it. */
  whileBlocked<T>(block: () => T): T {
    const before = this.#isBlocked;
    this.#isBlocked = true;
    try {
      for (const settle of this.#importing) settle();
      return block();
    } finally {
      this.#isBlocked = before;
    }
  }

  #settle(task: PoolTask, kind: number, { bytes, owned }: Body): void {
    let value: unknown;
    let failed = kind === ERROR;
    try {
      value = decode(bytes, { owned });
    } catch (error) {
      value = error;
      failed = true;
    }
    if (failed) this.#tasks.reject(task, value);
    else this.#tasks.resolve(task, value);
  }
}
