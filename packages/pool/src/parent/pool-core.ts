import { decode } from '@multiprocess/serialization';
import { clock, ClosedError } from '@multiprocess/shared-memory';
import { assign } from './assign.js';
import { Backlog } from './backlog.js';
import { Capacity } from './capacity.js';
import { WorkerSet } from './worker-set.js';
import { DeadWorkers } from './dead-workers.js';
import { settleTasksOf } from './dead-worker.js';
import { endWorker } from './end-worker.js';
import { InputSources } from './input-sources.js';
import { BROKEN, READY, VALUE } from '../wire/messages.js';
import type { Body } from '../wire/messages.js';
import type { CheckedOptions } from './pool-options.js';
import type { PoolTask, TaskPlan } from './pool-task.js';
import type { PoolWorker } from './pool-worker.js';
import type { Results } from '../wire/results.js';
import { ResultDecoder } from './result-decoder.js';
import { ResultReceiver } from './result-receiver.js';
import { Statistics } from './statistics.js';
import { TaskTable } from './task-table.js';
import { endInfoOf } from './worker-info.js';
import { checkTimeLimit, taskTimeoutError } from './time-limit.js';

/**
 * The state machine of a pool. The driver runs it, from the event loop or in a blocked thread. Nothing here waits.
 *
 * Each step may settle tasks, and so call functions of the user, which may call the pool again.
 */
export class PoolCore {
  readonly workerSet: WorkerSet;
  readonly inputSources: InputSources;
  /** Takes what the workers report. */
  readonly receiver: ResultReceiver;
  readonly decoder: ResultDecoder;
  readonly capacity: Capacity;
  readonly statistics = new Statistics();
  /** Whether a caller waits for the end of the pool: then idle workers do not stay for open input sources. */
  isAwaited = false;
  readonly #options: CheckedOptions;
  readonly #backlog = new Backlog();
  readonly #tasks: TaskTable;
  readonly #onChange: () => void;
  readonly #dead: DeadWorkers;
  #error: { readonly value: unknown } | undefined;
  #isClosing = false;

  /** @param onChange called when the driver has to run a step */
  constructor(options: CheckedOptions, results: Results, onChange: () => void) {
    this.#options = options;
    this.#onChange = onChange;
    this.#tasks = new TaskTable(onChange);
    this.capacity = new Capacity(this.#tasks, options);
    this.#tasks.onRemoved = this.capacity.noteRemoved;
    this.inputSources = new InputSources(onChange);
    this.workerSet = new WorkerSet(options, results.reference, (worker) => {
      this.#noteDeath(worker);
    });
    this.decoder = new ResultDecoder(this.#tasks);
    this.receiver = new ResultReceiver(results, {
      ended: this.#finish,
      reported: this.#report,
      started: this.#noteStart,
      failed: this.fail,
    });
    this.#dead = new DeadWorkers(this.receiver, (worker) => {
      this.#removeDead(worker);
    });
  }

  /** How many tasks have not been settled. */
  get unsettled(): number {
    return this.#tasks.unsettled;
  }

  get queued(): number {
    return this.#backlog.waiting.length;
  }

  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Whether it is closed, all tasks are settled and no worker is left. An open input source may start one. */
  get isAtRest(): boolean {
    return this.#isClosing && this.unsettled === 0 && this.workerSet.workers.size === 0;
  }

  /** Whether it is at rest for good: no input source is open that could submit tasks. */
  get isOver(): boolean {
    return this.isAtRest && !this.inputSources.areOpen;
  }

  /** The error after which no task can be run; undefined if there was none. */
  get error(): { readonly value: unknown } | undefined {
    return this.#error;
  }

  submit(plan: TaskPlan): PoolTask {
    const task = this.#tasks.add(plan);
    this.#backlog.push(task);
    plan.message.transfers?.sent(() => ({
      get isLost() {
        return task.isSettled;
      },
    }));
    this.#onChange();
    return task;
  }

  /** Gives waiting tasks to the workers with the fewest tasks, and idle workers tasks that others have not begun. */
  flush(): void {
    assign(this.#backlog, this.workerSet.workers);
    this.#send();
    if (this.#isClosing) this.#letGo();
  }

  #send(): void {
    for (const worker of this.workerSet.workers) {
      const { unsent, refused, broken } = worker.flush();
      this.#backlog.pushFront(unsent);
      for (const { task, error } of refused) this.#tasks.drop(task, error);
      if (refused.length > 0) this.#onChange(); // the next ones may fit
      if (broken !== undefined) this.#discard(worker, broken);
    }
  }

  /** Ends a worker whose ring is damaged. */
  #discard(worker: PoolWorker, error: unknown): void {
    worker.isRetiring = true;
    this.#backlog.pushFront([...worker.tasks].filter((task) => worker.takeBack(task)));
    for (const task of [...worker.tasks]) this.#tasks.reject(task, error);
    worker.process.kill();
    this.#onChange();
  }

  /** Starts, kills and checks workers, as far as that is due. Returns when to call this next. */
  tend(): number {
    const now = clock.now();
    this.#dead.settle();
    if (this.#needsWorkers) this.#fill();
    let next = this.#needsWorkers ? this.workerSet.startAt(this.#tasks.size) : Infinity;
    if (!this.#isClosing) next = Math.min(next, this.workerSet.endIdle(now));
    for (const worker of this.workerSet.workers) {
      if (now >= worker.killAt) {
        worker.killAt = Infinity;
        endWorker(worker, 'kill');
      }
      if (now >= worker.checkAt) {
        const { overdue, checkAt } = checkTimeLimit(worker, now);
        worker.checkAt = checkAt;
        if (overdue !== undefined) this.abandon(overdue, taskTimeoutError(overdue, worker));
      }
      if (now >= worker.retryAt) {
        worker.unblock();
        this.#onChange();
      }
      next = Math.min(next, worker.killAt, worker.checkAt, worker.retryAt);
    }
    return next;
  }

  /** Finds workers that have ended, for a blocked thread, which gets no events. */
  lookForDeaths(): void {
    for (const worker of [...this.workerSet.workers]) if (!worker.process.isAlive()) this.#noteDeath(worker);
  }

  /** Whether workers that have ended are to be replaced. */
  get #needsWorkers(): boolean {
    return this.#error === undefined && (!this.#isClosing || this.#backlog.peek() !== undefined);
  }

  #fill(): void {
    try {
      this.workerSet.fill(this.#tasks.size);
    } catch (error) {
      this.fail(error);
    }
  }

  /**
   * Rejects a task before it is done. If it has not begun, it is never run. If it runs, it is asked to stop, and its worker is
   * killed if it has not stopped in time.
   */
  abandon(task: PoolTask, error: unknown): void {
    if (task.isSettled) return;
    this.#tasks.reject(task, error);
    const { place } = task;
    if (place === undefined || place.worker.takeBack(task)) this.#tasks.remove(task);
    else place.worker.stop(task, clock.now() + this.#options.grace);
    this.#onChange();
  }

  /** Rejects the tasks if no worker has begun one of them; false if one has, or one is settled. */
  cancel(tasks: readonly PoolTask[], newError: () => unknown): boolean {
    const withdrawn: PoolTask[] = [];
    const areWaiting = tasks.every((task) => {
      const hadPlace = task.place !== undefined;
      const isWaiting = this.#takeBack(task);
      if (isWaiting && hadPlace) withdrawn.push(task);
      return isWaiting;
    });
    if (areWaiting) for (const task of tasks) this.#tasks.drop(task, newError());
    else this.#backlog.pushFront(withdrawn);
    this.#onChange();
    return areWaiting;
  }

  /** Takes back a task that no worker has begun; false if one has, or it is settled. */
  #takeBack(task: PoolTask): boolean {
    return !task.isSettled && (task.place === undefined || task.place.worker.takeBack(task));
  }

  /** No more tasks are submitted, and workers end when all are done. With `cancelled`, waiting tasks are rejected. */
  close(cancelled: (() => unknown) | undefined): void {
    this.#isClosing = true;
    if (cancelled !== undefined) {
      this.inputSources.refuse(cancelled);
      for (const task of this.#tasks) if (this.#takeBack(task)) this.#tasks.drop(task, cancelled());
    }
    this.flush();
    this.#onChange();
  }

  terminate(): void {
    this.#isClosing = true;
    this.#stopAll(() => new ClosedError('The pool was terminated before this task had finished'));
    this.#onChange();
  }

  #stopAll(newError: () => unknown): void {
    this.inputSources.refuse(newError);
    for (const task of this.#tasks) {
      this.#tasks.reject(task, newError());
      if (task.place === undefined) this.#tasks.remove(task);
    }
    for (const worker of this.workerSet.workers) {
      worker.killAt = Math.min(worker.killAt, clock.now() + this.#options.grace);
      endWorker(worker, 'terminate');
      worker.isRetiring = true;
    }
  }

  /** No task can be run from now on: rejects all. */
  readonly fail = (error: unknown): void => {
    this.#error ??= { value: error };
    this.#stopAll(() => error);
    this.#onChange();
  };

  /** Lets idle workers end, once no task waits. */
  #letGo(): void {
    if (this.#backlog.peek() !== undefined || (this.inputSources.areOpen && !this.isAwaited)) return;
    for (const worker of this.workerSet.workers) if (worker.tasks.size === 0) worker.retire();
  }

  readonly #finish = (id: number, kind: number, micros: number, body: Body): void => {
    const task = this.#tasks.get(id);
    if (task?.place === undefined) return;
    this.#tasks.remove(task);
    task.place.worker.finish(task);
    if (task.isSettled) return;
    this.statistics.note(task, kind === VALUE ? 'completed' : 'failed', micros);
    this.decoder.decode(task, kind, body);
  };

  readonly #report = (id: number, body: Body): void => {
    const task = this.#tasks.get(id);
    if (task?.plan.onReport !== undefined) this.decoder.report(task, body);
  };

  readonly #noteStart = (number: number, kind: number | undefined, { bytes, owned }: Body): void => {
    for (const worker of this.workerSet.workers) {
      if (worker.number !== number) continue;
      if (kind === READY) this.workerSet.noteReady(worker);
      else if (kind === BROKEN) this.fail(decode(bytes, { owned }));
    }
  };

  /** A worker has ended: it gets no more tasks, and counts as missing. */
  #noteDeath(worker: PoolWorker): void {
    if (!this.workerSet.workers.has(worker) || this.#dead.has(worker)) return;
    worker.isRetiring = true;
    this.#dead.add(worker);
    this.#onChange();
  }

  #removeDead(worker: PoolWorker): void {
    const failure = this.workerSet.noteEnd(worker);
    this.#backlog.pushFront(settleTasksOf(worker, this.#tasks, this.#options.retries));
    const info = endInfoOf(worker.process);
    worker.channel.close();
    worker.process.close();
    this.#options.onWorkerEnd?.(info);
    if (failure !== undefined && this.#error === undefined) this.fail(failure);
    this.#onChange();
  }
}
