import {
  checkBlockingTimeout,
  checkBoolean,
  checkOptions,
  checkSignal,
  checkTimeout,
  describable,
  DESCRIBE,
  notSent,
  throwIfAborted,
} from '@multiprocess/shared-memory';
import type { BlockOptions, Describable, Description, WaitOptions } from '@multiprocess/shared-memory';
import type { AsyncResult } from './calls/async-result.js';
import { cancelledError } from './calls/call-result.js';
import { Driver } from './parent/driver.js';
import { NO_FLAGS, SPREAD } from './wire/messages.js';
import { PoolCalls } from './calls/pool-calls.js';
import { endingOf } from './calls/ending-of.js';
import type { PoolCore } from './parent/pool-core.js';
import { checkPoolOptions } from './parent/pool-options.js';
import type { Initializing, PoolOptions } from './parent/pool-options.js';
import { Results } from './wire/results.js';
import type { CloseOptions } from './parent/close-options.js';
import { statsOf } from './parent/stats-of.js';
import type { PoolStats } from './parent/statistics.js';
import type { ModuleProxy } from './calls/module-proxy.js';
import { TaskPlanner } from './calls/task-planner.js';
import { checkApply, TASK_OPTIONS } from './calls/task-options.js';
import type {
  ApplyAsyncOptions,
  ApplyOptions,
  ImapOptions,
  MapAsyncOptions,
  MapOptions,
} from './calls/task-options.js';

const NO_ARGUMENTS: readonly unknown[] = [];

/**
 * Workers, processes or threads, that run function calls: a fixed number, or as many as there is work for. Each worker runs one
 * task at a time. The functions are tasks, or refer to nothing outside of themselves.
 *
 * Every task settles, even if its worker dies. A dead worker is replaced, and other workers get the tasks that it had not
 * begun. The task that it was running rejects with a `WorkerDiedError`, or is begun again if `onWorkerDeath` is 'retry'.
 *
 * Workers start in the background. Pending tasks keep the event loop alive; an idle pool does not, and ends with the process.
 *
 * @example
 * ```ts source="./pool.examples.ts#map"
 * await using pool = new Pool({ processes: 4 });
 * console.log(await pool.map(square, [1, 2, 3])); // [ 1, 4, 9 ]
 * for await (const x of pool.imap(square, [4, 5])) console.log(x); // 16, then 25
 * ```
 *
 * @see {@link https://docs.python.org/3/library/multiprocessing.html#module-multiprocessing.pool | Python's Pool}
 */
export class Pool<A extends readonly unknown[] = never[]> implements AsyncDisposable, Describable {
  /** How many workers it has at most. */
  readonly size: number;
  readonly #core: PoolCore;
  readonly #driver: Driver;
  readonly #calls: PoolCalls;

  /**
   * Starts the workers, or `minProcesses` of them; does not wait for them.
   *
   * @throws {@link TypeError} if an option is not of its type. @throws {@link RangeError} if a number is out of range.
   * @throws {@link ProcessStartError} if the system refuses, or this is a child that is still importing its modules.
   * @throws {@link SerializationError} if the initializer or its arguments cannot be serialized.
   * @throws {@link OutOfMemoryError} if shared memory is full.
   */
  constructor(options: PoolOptions & Initializing<A> = {} as PoolOptions & Initializing<A>) {
    const checked = checkPoolOptions(options);
    const results = Results.create();
    this.size = checked.maxProcesses;
    this.#driver = new Driver(checked, results);
    this.#core = this.#driver.core;
    this.#calls = new PoolCalls(this.#driver, new TaskPlanner(results), this.size);
  }

  static {
    describable(this.prototype);
    notSent(
      this.prototype,
      'only its own thread can use it. A pool for all is one of a manager: (await Manager.start()).pool()',
    );
  }

  /**
   * Calls the function in a worker. Arguments are serialized before this returns. The stack of an error tells of the worker, then of the
   * functions that await the call.
   *
   * @throws {@link SerializationError} if function, arguments or result cannot be serialized.
   * @throws {@link TimeoutError} if it ran for longer than `timeout`.
   * @throws {@link WorkerDiedError} if its worker died.
   * @throws {@link ClosedError} if the pool was closed or terminated.
   * @throws {@link QueueFullError} if as many tasks wait as `maxQueue` allows. It was not submitted.
   * @throws what the function throws; the signal's reason if it was aborted first
   */
  apply<B extends readonly unknown[], R>(
    fn: (...args: B) => R,
    args: readonly [...B],
    options?: ApplyOptions,
  ): Promise<Awaited<R>>;
  apply<R>(fn: () => R, args?: readonly [], options?: ApplyOptions): Promise<Awaited<R>>;
  apply<R>(
    fn: (...args: never[]) => R,
    args: readonly unknown[] = NO_ARGUMENTS,
    options: ApplyOptions = {},
  ): Promise<Awaited<R>> {
    return new Promise<Awaited<R>>((resolve) => {
      checkApply(fn, args, options);
      throwIfAborted(options.signal);
      this.#calls.apply<Awaited<R>>(fn, args, options, endingOf(resolve, options));
    });
  }

  /** Like {@link apply}, but blocks the thread, and with it the event loop. */
  applySync<B extends readonly unknown[], R>(
    fn: (...args: B) => R,
    args: readonly [...B],
    options?: Omit<ApplyOptions, 'signal'>,
  ): Awaited<R>;
  applySync<R>(fn: () => R, args?: readonly [], options?: Omit<ApplyOptions, 'signal'>): Awaited<R>;
  applySync<R>(
    fn: (...args: never[]) => R,
    args?: readonly unknown[],
    options: Omit<ApplyOptions, 'signal'> = {},
  ): Awaited<R> {
    checkBlockingTimeout(options, TASK_OPTIONS);
    return this.applyAsync(fn, args as never[], options).getSync();
  }

  /**
   * Like {@link apply}, but returns a result that you can wait for, query and cancel.
   *
   * @throws {@link SerializationError} if function or arguments cannot be serialized. Nothing was submitted.
   * @throws {@link ClosedError} if the pool is closed.
   */
  applyAsync<B extends readonly unknown[], R>(
    fn: (...args: B) => R,
    args: readonly [...B],
    options?: ApplyAsyncOptions<Awaited<R>>,
  ): AsyncResult<Awaited<R>>;
  applyAsync<R>(fn: () => R, args?: readonly [], options?: ApplyAsyncOptions<Awaited<R>>): AsyncResult<Awaited<R>>;
  applyAsync<R>(
    fn: (...args: never[]) => R,
    args: readonly unknown[] = NO_ARGUMENTS,
    options: ApplyAsyncOptions<Awaited<R>> = {},
  ): AsyncResult<Awaited<R>> {
    checkApply(fn, args, options);
    return this.#calls.result<Awaited<R>>(options, (ending) => [this.#calls.apply(fn, args, options, ending)]);
  }

  /**
   * Calls the function for each input, in chunks, and gives the results in the order of the inputs. All chunks are run
   * even if one fails; the first error that arrived is thrown then. Within a chunk nothing is called after an error.
   *
   * @throws {@link TypeError} or {@link RangeError} if an argument is not of its type, or `chunksize` is less than 1.
   * @throws what {@link apply} throws, and what iterating over the inputs throws
   */
  async map<T, R>(fn: (input: T) => R, inputs: Iterable<T>, options: MapOptions = {}): Promise<Awaited<R>[]> {
    return this.#calls.map(fn, inputs, options, NO_FLAGS);
  }

  /** Like {@link map}, but blocks the thread, and with it the event loop. */
  mapSync<T, R>(fn: (input: T) => R, inputs: Iterable<T>, options: Omit<MapOptions, 'signal'> = {}): Awaited<R>[] {
    checkBlockingTimeout(options, TASK_OPTIONS);
    return this.mapAsync(fn, inputs, options).getSync();
  }

  /** Like {@link map}, with a result as {@link applyAsync} gives it. */
  mapAsync<T, R>(
    fn: (input: T) => R,
    inputs: Iterable<T>,
    options: MapAsyncOptions<Awaited<R>> = {},
  ): AsyncResult<Awaited<R>[]> {
    return this.#calls.mapAsync(fn, inputs, options, NO_FLAGS);
  }

  /** Like {@link map}, but each input is an array of arguments. */
  async starmap<A extends readonly unknown[], R>(
    fn: (...args: A) => R,
    inputs: Iterable<readonly [...A]>,
    options: MapOptions = {},
  ): Promise<Awaited<R>[]> {
    return this.#calls.map(fn, inputs, options, SPREAD);
  }

  /** Like {@link starmap}, but blocks the thread, and with it the event loop. */
  starmapSync<A extends readonly unknown[], R>(
    fn: (...args: A) => R,
    inputs: Iterable<readonly [...A]>,
    options: Omit<MapOptions, 'signal'> = {},
  ): Awaited<R>[] {
    checkBlockingTimeout(options, TASK_OPTIONS);
    return this.starmapAsync(fn, inputs, options).getSync();
  }

  /** Like {@link starmap}, with a result as {@link applyAsync} gives it. */
  starmapAsync<A extends readonly unknown[], R>(
    fn: (...args: A) => R,
    inputs: Iterable<readonly [...A]>,
    options: MapAsyncOptions<Awaited<R>> = {},
  ): AsyncResult<Awaited<R>[]> {
    return this.#calls.mapAsync(fn, inputs, options, SPREAD);
  }

  /**
   * The results one by one, in the order of the inputs. Inputs are read as the results are taken, at most `window` ahead, so
   * there may be any number of them. If a call fails, its `next()` rejects, and the iteration goes on. It also goes on after
   * {@link close}; after {@link terminate} it ends with a `ClosedError`, and after an abort with the signal's reason.
   *
   * @throws {@link TypeError} if `inputs` cannot be iterated. @throws {@link RangeError} if `chunksize` or `window` is less than 1.
   * @throws {@link ClosedError} if the pool is closed.
   */
  imap<T, R>(
    fn: (input: T) => R,
    inputs: Iterable<T> | AsyncIterable<T>,
    options: ImapOptions = {},
  ): AsyncIterableIterator<Awaited<R>> {
    return this.#calls.imap(fn, inputs, options, 'ordered');
  }

  /** Like {@link imap}, but in the order in which they are done. */
  imapUnordered<T, R>(
    fn: (input: T) => R,
    inputs: Iterable<T> | AsyncIterable<T>,
    options: ImapOptions = {},
  ): AsyncIterableIterator<Awaited<R>> {
    return this.#calls.imap(fn, inputs, options, 'unordered');
  }

  /**
   * The exported functions of a module, as methods that call them in a worker: the module is imported by the workers, not
   * here, and its functions need not be tasks. Each call is an {@link apply} with these options, and throws what that throws; a
   * call of something that is no exported function rejects with a `TypeError` that names those that there are.
   *
   * @typeParam M the type of the module, from which the methods get theirs: `typeof import('./worker.js')`
   * @param module its URL, as in `new URL('./worker.js', import.meta.url)`
   * @example
   * ```ts source="./pool.examples.ts#proxy"
   * const url = new URL('./module.examples.js', import.meta.url);
   * const texts = pool.proxy<typeof import('./module.examples.js')>(url);
   * console.log(await texts.reversed('to be')); // be to; in a worker, with the types of the module's function
   * ```
   * @throws {@link TypeError} if it is not an absolute URL, or an option is not of its type.
   */
  proxy<M extends object>(module: string | URL, options: ApplyOptions = {}): ModuleProxy<M> {
    return this.#calls.proxy<M>(module, options);
  }

  /**
   * Waits until no task waits for a worker: there are no more unfinished tasks than workers. For a caller that has more to
   * submit, with `maxQueue` or without.
   *
   * @returns false after a timeout
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted first
   */
  async drained(options?: WaitOptions): Promise<boolean> {
    return this.#driver.drained(checkTimeout(options), checkSignal(options));
  }

  /** Like {@link drained}, but blocks the thread, and with it the event loop. */
  drainedSync(options?: BlockOptions): boolean {
    return this.#driver.drainedSync(checkBlockingTimeout(options));
  }

  /** Counts and times of its workers and tasks. The histograms are live: they go on counting. */
  stats(): PoolStats {
    return statsOf(this.#core);
  }

  /** @internal */
  [DESCRIBE](): Description {
    const { busy, replaced, queued, running, completed, failed } = this.stats();
    const state = this.#core.isOver ? 'ended' : this.#core.isClosing ? 'closing' : 'open';
    return { size: this.size, state, busy, queued, running, completed, failed, replaced };
  }

  /**
   * Takes no more tasks; workers end when they have done what was submitted, all inputs of an {@link imap} included. Does
   * not wait. Idempotent.
   *
   * @throws {@link TypeError} if `cancelPending` is not a boolean.
   */
  close(options: CloseOptions = {}): void {
    const { cancelPending = false } = checkOptions(options, '{ cancelPending: true }', ['cancelPending']);
    this.#core.close(checkBoolean('cancelPending', cancelPending) ? cancelledError : undefined);
  }

  /**
   * Rejects all unfinished tasks with a `ClosedError`, and kills the workers. A worker in which a task handles SIGTERM gets
   * that first, and has `grace` ms to end. The output of finished tasks is not lost. Does not wait. Idempotent.
   */
  terminate(): void {
    this.#core.terminate();
  }

  /**
   * Waits until all workers have ended. It does not wait until the results of an {@link imap} are taken: if there are unread
   * inputs, taking results later starts workers again.
   *
   * @returns false after a timeout
   * @throws {@link TypeError} if the pool has been neither closed nor terminated.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted first
   */
  async join(options?: WaitOptions): Promise<boolean> {
    this.#checkClosing();
    return this.#driver.join(checkTimeout(options), checkSignal(options));
  }

  /** Like {@link join}, but blocks the thread, and with it the event loop. */
  joinSync(options?: BlockOptions): boolean {
    this.#checkClosing();
    return this.#driver.joinSync(checkBlockingTimeout(options));
  }

  /** Closes it, and waits until what was submitted is done and all workers have ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.join();
  }

  #checkClosing(): void {
    if (!this.#core.isClosing) throw new TypeError('The pool is open: close() or terminate() it before join()');
  }
}
