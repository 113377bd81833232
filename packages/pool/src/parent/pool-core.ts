import { decode, importNeeded } from '@multiprocess/serialization';
import { ClosedError, CorruptSegmentError, clock, runAtOnce } from '@multiprocess/shared-memory';
import type { RingItem, Coroutine } from '@multiprocess/shared-memory';
import { assign } from './assign.js';
import { Backlog } from './backlog.js';
import { WorkerSet } from './worker-set.js';
import { endWorker } from './end-worker.js';
import { InputSources } from './input-sources.js';
import { BROKEN, ERROR, ID, KIND, MICROS, READY, RESULT_HEADER_BYTES, VALUE } from '../wire/messages.js';
import type { CheckedOptions } from './pool-options.js';
import type { PoolTask, TaskPlan } from './pool-task.js';
import type { PoolWorker } from './pool-worker.js';
import type { Results } from '../wire/results.js';
import { Statistics } from './statistics.js';
import { taskTimeoutError, workerDiedError } from './task-errors.js';
import { TaskTable } from './task-table.js';
import { timeLimitOf } from './time-limit.js';

/** Results taken from the ring at a time. */
const BATCH = 256;

/**
 * What a pool does, whoever drives it: an event loop that is woken, or a thread that blocks. Nothing here waits.
 *
 * Each of its steps may settle tasks, and so call functions of the user, which may call the pool again.
 */
export class PoolCore {
  readonly crew: WorkerSet;
  readonly feeds: InputSources;
  /** Whether somebody waits for its end: then workers that are idle do not wait for feeds. */
  isAwaited = false;
  readonly statistics = new Statistics();
  readonly #options: CheckedOptions;
  readonly #results: Results;
  readonly #backlog = new Backlog();
  readonly #tasks: TaskTable;
  readonly #onChange: () => void;
  /** Workers that have ended, and have not been dealt with. */
  readonly #dead = new Set<PoolWorker>();
  #error: { readonly value: unknown } | undefined;
  #isClosing = false;
  /** The ring of results cannot be read. */
  #isDeaf = false;
  #isBlocked = false;
  /** What settles the tasks whose results wait for a module. */
  readonly #importing = new Set<() => void>();

  /** @param onChange called when a driver may have something to do: tasks to send, somebody to wait for, or nobody any more */
  constructor(options: CheckedOptions, results: Results, onChange: () => void) {
    this.#options = options;
    this.#results = results;
    this.#onChange = onChange;
    this.#tasks = new TaskTable(onChange);
    this.feeds = new InputSources(onChange);
    this.crew = new WorkerSet(options, results.reference, (worker) => {
      this.#ended(worker);
    });
  }

  /** Tasks that have not been settled. */
  get unsettled(): number {
    return this.#tasks.unsettled;
  }

  get queued(): number {
    return this.#backlog.waiting.length;
  }

  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Whether it was closed, everything that was submitted is done, and nobody runs. A feed that is left may start somebody. */
  get isAtRest(): boolean {
    return this.#isClosing && this.unsettled === 0 && this.crew.workers.size === 0;
  }

  /** Whether nothing will ever happen here again. */
  get isOver(): boolean {
    return this.isAtRest && !this.feeds.areOpen;
  }

  /** What no task can be run because of, if anything. */
  get error(): { readonly value: unknown } | undefined {
    return this.#error;
  }

  submit(plan: TaskPlan): PoolTask {
    const task = this.#tasks.add(plan);
    this.#backlog.push(task);
    this.#tasks.noteAdded();
    return task;
  }

  /**
   * Takes all results that are there, waiting for the first of them. If they cannot be received, what is under way fails
   * with that, and so do calls from now on; and this waits for ever.
   */
  *receiving(): Coroutine<number> {
    try {
      if (!this.#isDeaf) {
        const outcome = yield* this.#results.reader.gettingMany(Infinity, this.#receive, BATCH);
        if (outcome !== 'shut') return outcome;
        throw new CorruptSegmentError(`The ring of results ${this.#results.reference} was shut`);
      }
    } catch (error) {
      this.#isDeaf = true;
      this.#break(error);
    }
    return yield* this.#results.resting();
  }

  readonly #receive = (items: readonly RingItem[]): boolean => {
    for (const item of items) this.#received(item);
    return true;
  };

  /** Takes all results that can be taken at once. */
  drain(): void {
    runAtOnce(this.#results.parker, this.receiving());
  }

  /** Gives waiting tasks to the workers that have least to do, and idle workers what others have not begun. */
  flush(): void {
    assign(this.#backlog, this.crew.workers);
    this.#send();
    if (this.#isClosing) this.#letGo();
  }

  #send(): void {
    for (const worker of this.crew.workers) {
      const { unsent, refused, broken } = worker.flush();
      this.#backlog.pushFront(unsent);
      for (const { task, error } of refused) this.#tasks.reject(task, error);
      if (refused.length > 0) this.#onChange(); // the next ones may fit
      if (broken !== undefined) this.#discard(worker, broken);
    }
  }

  /** Ends a worker that cannot be sent anything any more. */
  #discard(worker: PoolWorker, error: unknown): void {
    worker.isRetiring = true;
    this.#backlog.pushFront([...worker.tasks].filter((task) => worker.takeBack(task)));
    for (const task of [...worker.tasks]) this.#tasks.settle(task, () => task.plan.reject(error));
    worker.process.kill();
    this.#onChange();
  }

  /** What time brings: workers that have to be started, killed, or looked at. Returns when to look next. */
  tend(): number {
    const now = clock.now();
    this.#buryTheDead();
    if (this.#needsWorkers) this.#fill();
    let next = this.#needsWorkers ? this.crew.startAt : Infinity;
    for (const worker of this.crew.workers) {
      if (now >= worker.killAt) {
        worker.killAt = Infinity;
        endWorker(worker, 'kill');
      }
      if (now >= worker.lookAt) {
        const { overdue, lookAt } = timeLimitOf(worker, now);
        worker.lookAt = lookAt;
        if (overdue !== undefined) this.abandon(overdue, taskTimeoutError(overdue));
      }
      if (now >= worker.retryAt) {
        worker.unblock();
        this.#onChange();
      }
      next = Math.min(next, worker.killAt, worker.lookAt, worker.retryAt);
    }
    return next;
  }

  /** Sees for itself who has ended, where no event loop tells. */
  lookForDeaths(): void {
    for (const worker of [...this.crew.workers]) if (!worker.process.isAlive()) this.#ended(worker);
  }

  /** Whether those that have gone are to be replaced. */
  get #needsWorkers(): boolean {
    return this.#error === undefined && (!this.#isClosing || this.#backlog.peek() !== undefined);
  }

  #fill(): void {
    try {
      this.crew.fill();
    } catch (error) {
      this.#break(error);
    }
  }

  /**
   * Settles a task with an error before it is done: it is not begun any more, or if it runs it is asked to stop and its
   * worker is killed if it does not.
   */
  abandon(task: PoolTask, error: unknown): void {
    if (task.isSettled) return;
    this.#tasks.settle(task, () => task.plan.reject(error));
    const { place } = task;
    if (place === undefined || place.worker.takeBack(task)) this.#tasks.remove(task);
    else place.worker.stop(task, clock.now() + this.#options.grace);
    this.#onChange();
  }

  /** Rejects a task that has not begun; false if it has, or is settled. */
  cancel(task: PoolTask, error: unknown): boolean {
    if (task.isSettled) return false;
    if (task.place !== undefined && !task.place.worker.takeBack(task)) return false;
    this.#tasks.reject(task, error);
    return true;
  }

  /** Whether no worker has begun it. It is not given to one any more, until {@link flush}, if it was with one. */
  withdraw(task: PoolTask): boolean {
    if (task.isSettled) return false;
    if (task.place === undefined) return true;
    if (!task.place.worker.takeBack(task)) return false;
    this.#backlog.pushFront([task]);
    return true;
  }

  /** Nothing is submitted any more; workers end when they have done what there is. */
  close(cancelled: (() => unknown) | undefined): void {
    this.#isClosing = true;
    if (cancelled !== undefined) {
      this.feeds.refuse(cancelled);
      for (const task of this.#tasks) this.cancel(task, cancelled());
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
    this.feeds.refuse(newError);
    for (const task of this.#tasks) {
      this.#tasks.settle(task, () => task.plan.reject(newError()));
      if (task.place === undefined) this.#tasks.remove(task);
    }
    for (const worker of this.crew.workers) {
      worker.killAt = Math.min(worker.killAt, clock.now() + this.#options.grace);
      endWorker(worker, 'terminate');
      worker.isRetiring = true;
    }
  }

  /** Nothing can be run any more. */
  #break(error: unknown): void {
    this.#error ??= { value: error };
    this.#stopAll(() => error);
    this.#onChange();
  }

  /** Once nothing is left to do, nobody is needed any more. */
  #letGo(): void {
    if (this.#backlog.peek() !== undefined || (this.feeds.areOpen && !this.isAwaited)) return;
    for (const worker of this.crew.workers) if (worker.tasks.size === 0) worker.retire();
  }

  #received({ bytes, owned }: RingItem): void {
    if (bytes.byteLength < RESULT_HEADER_BYTES) return;
    const header = new Int32Array(bytes.buffer, bytes.byteOffset, RESULT_HEADER_BYTES >> 2);
    const kind = header[KIND];
    const id = header[ID]! >>> 0;
    const body = bytes.subarray(RESULT_HEADER_BYTES);
    if (kind === VALUE || kind === ERROR) this.#finished(id, kind, header[MICROS]!, body, owned);
    else this.#reported(id, kind, body, owned);
  }

  #finished(id: number, kind: number, micros: number, body: Uint8Array, owned: boolean): void {
    const task = this.#tasks.get(id);
    if (task?.place === undefined) return;
    const { worker } = task.place;
    this.#tasks.remove(task);
    worker.finish(task);
    if (worker.isUsedUp && worker.tasks.size === 0) worker.retire(); // the next step of the driver replaces it
    if (task.isSettled) return;
    this.statistics.note(task, kind === VALUE, micros);
    const needed = this.#isBlocked ? undefined : importNeeded(body);
    if (needed === undefined) this.#settle(task, kind, body, owned);
    else this.#settleOnceImported(task, kind, body.slice(), needed);
  }

  /** Its value is of a class whose module is to be imported first. Who blocks meanwhile has it decoded at once. */
  #settleOnceImported(task: PoolTask, kind: number, body: Uint8Array, needed: Promise<void>): void {
    const settle = (): void => {
      if (this.#importing.delete(settle)) this.#settle(task, kind, body, true);
    };
    this.#importing.add(settle);
    void needed.then(settle);
  }

  /** Runs `block`, which keeps the event loop from its turn: no module can be imported until it returns. */
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

  #settle(task: PoolTask, kind: number, body: Uint8Array, owned: boolean): void {
    let value: unknown;
    let failed = kind === ERROR;
    try {
      value = decode(body, { owned });
    } catch (error) {
      value = error;
      failed = true;
    }
    this.#tasks.settle(task, () => {
      if (failed) task.plan.reject(value);
      else task.plan.resolve(value);
    });
  }

  #reported(number: number, kind: number | undefined, body: Uint8Array, owned: boolean): void {
    for (const worker of this.crew.workers) {
      if (worker.number !== number) continue;
      if (kind === READY) this.crew.noteReady(worker);
      else if (kind === BROKEN) this.#break(decode(body, { owned }));
    }
  }

  /** A worker has ended. It gets nothing more, and counts as one that is missing. */
  #ended(worker: PoolWorker): void {
    if (!this.crew.workers.has(worker) || this.#dead.has(worker)) return;
    this.#dead.add(worker);
    worker.isRetiring = true;
    this.#buryTheDead();
    this.#onChange();
  }

  /**
   * Settles what workers have left that have ended. Not before all that they had published has been taken, since that
   * counts; and that may have to wait for a worker that is stopped while it publishes something.
   */
  #buryTheDead(): void {
    if (this.#dead.size === 0) return;
    this.drain();
    if (!this.#isDeaf && !this.#results.isEmpty) return;
    for (const worker of this.#dead) if (this.#dead.delete(worker)) this.#bury(worker);
  }

  #bury(worker: PoolWorker): void {
    const failure = this.crew.noteEnd(worker);
    const again: PoolTask[] = [];
    for (const task of [...worker.tasks]) {
      const begun = !worker.takeBack(task);
      if (begun) worker.finish(task);
      if (task.isSettled) this.#tasks.remove(task);
      else if (begun && ++task.deaths > this.#options.retries) this.#tasks.reject(task, workerDiedError(task, worker));
      else again.push(task);
    }
    this.#backlog.pushFront(again);
    worker.channel.close();
    worker.process.close();
    if (failure !== undefined && this.#error === undefined) this.#break(failure);
    this.#onChange();
  }
}
