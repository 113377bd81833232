import { hostname } from 'node:os';
import { cancelledError, InputSources } from '@multiprocess/pool';
import { Latch } from '@multiprocess/process';
import { RedisStore } from '@multiprocess/redis';
import { clock, ClosedError, EngineConnectionError, randomBytes, TimeoutError } from '@multiprocess/shared-memory';
import { codecs } from '../wire/codec.js';
import type { Codec } from '../wire/codec.js';
import type { BodyReport, Report } from '../wire/report.js';
import { Activity } from './activity.js';
import { bodyOf } from './body-of.js';
import { BullQueue } from './bull-queue.js';
import { JobAdder } from './job-adder.js';
import { Mailbox } from './mailbox.js';
import { diedError, lostError } from './pool-errors.js';
import type { CheckedPoolOptions } from './pool-options.js';
import { RemoteTask } from './remote-task.js';
import type { TaskPlan } from './remote-task.js';
import { Watch } from './watch.js';

const ID_BYTES = 9;
/** How long the end of a pool waits for the server to take back what was not begun. */
const LAST_WORDS_MS = 1000;

/** The tasks of a distributed pool, from their submission to their end. */
export class PoolCore {
  readonly store: RedisStore;
  readonly codec: Codec;
  readonly bull: BullQueue;
  completed = 0;
  failed = 0;
  readonly #options: CheckedPoolOptions;
  readonly #id = `${hostname()}-${process.pid}-${randomBytes(ID_BYTES).toString('base64url')}`;
  readonly #tasks = new Map<string, RemoteTask>();
  readonly #mailbox: Mailbox;
  readonly #adder: JobAdder;
  readonly #watch: Watch;
  readonly #activity = new Activity({
    onBegin: () => {
      this.#hold();
      this.#watch.start();
    },
    onEnd: () => {
      this.#mailbox.rest();
      this.#watch.stop();
      this.#hold();
    },
  });
  readonly #over = new Latch((isWaiting) => {
    this.#isAwaited = isWaiting;
    this.#hold();
  });
  /** What reads inputs, and submits more even after the pool was closed. */
  readonly sources = new InputSources(() => this.#endIfDone());
  /** What is being removed from the queue. */
  readonly #removals = new Set<Promise<unknown>>();
  #submitted = 0;
  #state: 'open' | 'closing' | 'terminated' = 'open';
  #isEnding = false;
  #isAwaited = false;

  constructor(store: RedisStore, options: CheckedPoolOptions) {
    this.store = store;
    this.codec = codecs[RedisStore.engineOf(store).serializer];
    this.#options = options;
    this.bull = new BullQueue(store, options.queue);
    this.#mailbox = new Mailbox(store, {
      onReport: (report) => this.#onReport(report),
      onLost: () => this.#onLost(),
      onFailure: (error) => this.#rejectAll(error),
    });
    this.#adder = new JobAdder({
      store,
      queue: this.bull.queue,
      retries: options.retries,
      keepJobs: options.keepJobs,
      address: () => this.#mailbox.open(),
      onFailure: (tasks, error) => {
        for (const task of tasks) this.reject(task, error);
      },
    });
    this.#watch = new Watch(this.bull, options.watchInterval, {
      tasks: () => this.#tasks.values(),
      onDied: (task, deaths) => void this.#onDied(task, deaths),
      onOver: (task, reason) => this.#lose(task, reason),
    });
    this.#hold();
  }

  get pending(): number {
    return this.#tasks.size;
  }

  get isClosing(): boolean {
    return this.#state !== 'open';
  }

  get isOver(): boolean {
    return this.#over.isOpen;
  }

  /** @throws {@link ClosedError} if it takes no more tasks. */
  checkOpen(): void {
    if (this.isClosing) throw new ClosedError('The pool has been closed: it takes no more tasks');
  }

  submit(plan: TaskPlan): RemoteTask {
    const id = `${this.#id}-${++this.#submitted}`;
    const task = new RemoteTask(id, plan);
    this.#tasks.set(id, task);
    if (this.#tasks.size === 1) this.#mailbox.expect();
    this.#activity.begin();
    this.#adder.add(task);
    return task;
  }

  isPending(task: RemoteTask): boolean {
    return this.#tasks.get(RemoteTask.idOf(task.job)) === task;
  }

  /** The caller does not want its outcome any more. If no agent has begun it, none will. */
  abandon(task: RemoteTask, reason: unknown): void {
    if (!this.isPending(task)) return;
    this.reject(task, reason);
    this.#remove(task);
  }

  /** Rejects those that no agent has begun. @returns whether that is so of all that had not ended */
  async cancel(tasks: readonly RemoteTask[], newError: () => Error): Promise<boolean> {
    const left = tasks.filter((task) => this.isPending(task));
    const cancelled = await Promise.all(
      left.map(async (task) => {
        const isGone = this.#adder.forget(task) || (await this.bull.remove(task));
        if (isGone) this.reject(task, newError());
        return isGone;
      }),
    );
    return left.length > 0 && cancelled.every((one) => one);
  }

  close(): void {
    if (this.#state === 'open') this.#state = 'closing';
    this.#endIfDone();
  }

  terminate(): void {
    this.#state = 'terminated';
    const newError = (): Error => new ClosedError('The pool has been terminated');
    this.sources.refuse(newError);
    for (const task of [...this.#tasks.values()]) this.abandon(task, newError());
    this.#endIfDone();
  }

  async cancelPending(): Promise<void> {
    await this.cancel([...this.#tasks.values()], cancelledError).catch(() => undefined); // they go on
  }

  join(timeout: number, signal: AbortSignal | undefined): Promise<boolean> {
    return this.#over.wait(timeout, signal);
  }

  resolve(task: RemoteTask, value: unknown): void {
    if (!this.#take(task)) return;
    this.completed++;
    task.plan.ending.resolve(value);
    this.#endIfDone();
  }

  reject(task: RemoteTask, error: unknown): void {
    if (!this.#take(task)) return;
    this.failed++;
    task.plan.ending.reject(error);
    this.#endIfDone();
  }

  #take(task: RemoteTask): boolean {
    if (!this.isPending(task)) return false;
    this.#tasks.delete(RemoteTask.idOf(task.job));
    task.removeArgs?.();
    if (this.#tasks.size === 0) this.#activity.endSoon();
    return true;
  }

  /** Pending tasks and a `join()` keep the event loop alive, the former a moment longer; an idle pool does not. */
  #hold(): void {
    this.bull.isBusy = this.#isAwaited || this.#activity.isOn;
  }

  /** @returns a promise only if the report has to be waited for: most callers of a single function do nothing before they have its result */
  #onReport(report: Report): Promise<void> | undefined {
    const task = this.#tasks.get(RemoteTask.idOf(report.job));
    if (task === undefined) return undefined; // settled: it came twice, or was given up
    if ('body' in report) return this.#onBodyInTurn(task, report);
    if (report.job !== task.job) return undefined; // an earlier attempt
    if (report.how === 'died') this.reject(task, diedError(report.text));
    else this.#onRefused(task, report.text);
    return undefined;
  }

  #onBodyInTurn(task: RemoteTask, report: BodyReport): Promise<void> | undefined {
    const { body } = report;
    if (task.handled === undefined && typeof body !== 'string' && this.codec.importNeeded(body) === undefined) {
      this.#onBytes(task, report.how, body);
      return undefined;
    }
    task.handled = (task.handled ?? Promise.resolve()).then(() => this.#onBody(task, report));
    return task.handled;
  }

  async #onBody(task: RemoteTask, report: BodyReport): Promise<void> {
    const body = await bodyOf(report.body);
    if (body === undefined) {
      if (report.job === task.job && report.how !== 'progress') this.#lose(task, undefined);
      return;
    }
    await this.codec.importNeeded(body);
    this.#onBytes(task, report.how, body);
  }

  #onBytes(task: RemoteTask, how: BodyReport['how'], body: Uint8Array): void {
    try {
      const value = this.codec.decode(body);
      if (how === 'value') this.resolve(task, value);
      else if (how === 'error') this.reject(task, value);
      else if (this.isPending(task)) task.plan.onReport?.(value);
    } catch (error) {
      this.reject(task, error);
    }
  }

  #onRefused(task: RemoteTask, why: string): void {
    const { refusalTimeout } = this.#options;
    task.refusedSince ??= clock.now();
    if (clock.now() - task.refusedSince < refusalTimeout) return;
    const { name } = task.plan;
    this.abandon(
      task,
      new TimeoutError(`No agent of this queue had ${name} for ${refusalTimeout} ms: ${why}. Install it there`),
    );
  }

  async #onDied(task: RemoteTask, deaths: number): Promise<void> {
    if (deaths <= this.#options.retries || !(await this.bull.remove(task))) return; // an agent sees to it
    this.reject(task, diedError(`The agent that was running ${task.plan.name} has died, or lost the server`));
  }

  /** Its job is over, and has told nothing. */
  #lose(task: RemoteTask, reason: string | undefined): void {
    if (reason !== undefined) {
      this.reject(task, new EngineConnectionError(`The job of ${task.plan.name} failed without a report: ${reason}`));
    } else if (++task.losses > this.#options.retries) {
      this.reject(task, lostError(task, 'the job was removed, or its result was lost'));
    } else this.#again(task);
  }

  /** The server has forgotten all that was there. */
  #onLost(): void {
    for (const task of [...this.#tasks.values()]) {
      if (this.#adder.forget(task) || this.#options.retries > 0) this.#again(task);
      else this.reject(task, lostError(task, 'the server has lost its data, or took this program for dead'));
    }
  }

  #again(task: RemoteTask): void {
    task.attempt++;
    task.isAdded = false;
    task.looksWithoutReport = 0;
    this.#adder.add(task);
  }

  #remove(task: RemoteTask): void {
    if (this.#adder.forget(task)) return;
    const removal = this.bull.remove(task).catch(() => undefined); // it is run for nothing
    this.#removals.add(removal);
    void removal.then(() => this.#removals.delete(removal));
  }

  #rejectAll(error: unknown): void {
    for (const task of [...this.#tasks.values()]) {
      this.#adder.forget(task);
      this.reject(task, error);
    }
  }

  #endIfDone(): void {
    if (!this.isClosing || this.#isEnding || this.#tasks.size > 0 || this.sources.areOpen) return;
    this.#isEnding = true;
    void this.#end();
  }

  async #end(): Promise<void> {
    this.#activity.end();
    // A server that is away is not waited for.
    await Promise.race([Promise.all([...this.#removals, this.#mailbox.close()]), clock.sleep(LAST_WORDS_MS)]);
    await this.bull.close();
    this.#over.open();
  }
}
