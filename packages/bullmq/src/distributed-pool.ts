import type { CloseOptions } from '@multiprocess/pool';
import type { RedisStore } from '@multiprocess/redis';
import {
  checkBoolean,
  checkOptions,
  checkSignal,
  checkTimeout,
  describable,
  DESCRIBE,
  notSent,
} from '@multiprocess/shared-memory';
import type { Describable, Description, WaitOptions } from '@multiprocess/shared-memory';
import { DistributedCalls } from './calls/distributed-calls.js';
import type { DistributedResult } from './calls/distributed-result.js';
import { PoolCore } from './caller/pool-core.js';
import { checkPoolOptions } from './caller/pool-options.js';
import type {
  DistributedApplyAsyncOptions,
  DistributedApplyOptions,
  DistributedImapOptions,
  DistributedMapAsyncOptions,
  DistributedMapOptions,
} from './calls/call-options.js';
import type { DistributedPoolOptions } from './caller/pool-options.js';
import type { PackageTask } from './names/name-of.js';

/** Counts of a distributed pool; see {@link DistributedPool.stats}. A chunk of a map counts as one call. */
export interface DistributedPoolStats {
  /** Calls of this pool that have not ended, that have returned a value, and that have failed. */
  readonly pending: number;
  readonly completed: number;
  readonly failed: number;
  /** Jobs of the queue that wait, and that run, those of other callers included. */
  readonly waiting: number;
  readonly active: number;
  /** Agents that take jobs of the queue. */
  readonly agents: number;
}

/**
 * A pool whose workers are on other hosts, each with an {@link Agent}; between them is a queue of BullMQ. It has the calls of a local `Pool`, but those that
 * block.
 *
 * Functions are tasks that a package exports, or their names: `@acme/jobs#resize@1.4`. An agent runs those that its host has installed.
 *
 * Every call settles once, whatever dies: an agent or its host, a worker, this program's connection, the server. What ran there then rejects, or is
 * started again if `onWorkerDeath` is 'retry'. When this program dies, its calls are aborted, and those that wait are not run.
 *
 * Pending calls keep the event loop alive; an idle pool does not, and ends with the process.
 *
 * @example
 * ```ts source="./bullmq.examples.ts#pool"
 * await using cluster = await connect('redis://cache.example:6379/0');
 * await using pool = new DistributedPool(cluster, { queue: 'resize', onWorkerDeath: 'retry' });
 * const sizes = await pool.map(resize, files); // on all hosts that have @acme/jobs
 * ```
 */
export class DistributedPool implements AsyncDisposable, Describable {
  readonly #core: PoolCore;
  readonly #calls: DistributedCalls;
  readonly #queue: string;

  /**
   * Does not wait for the server.
   *
   * @param cluster a store on Redis or Valkey, which is not closed here
   * @throws {@link TypeError} if an argument is not of its type. @throws {@link RangeError} if a number is out of range.
   */
  constructor(cluster: RedisStore, options: DistributedPoolOptions) {
    const checked = checkPoolOptions(options);
    this.#queue = checked.queue;
    this.#core = new PoolCore(cluster, checked);
    this.#calls = new DistributedCalls(this.#core);
  }

  static {
    describable(this.prototype);
    notSent(this.prototype, 'make one there, with the same queue');
  }

  /**
   * Calls the function on a host that has it. Arguments are serialized before this returns.
   *
   * @throws {@link TypeError} if other hosts could not find the function; the message says how they can.
   * @throws {@link SerializationError} if arguments or result cannot be serialized, or the package there exports no such task.
   * @throws {@link TimeoutError} if it ran for longer than `timeout`, or no agent has the function.
   * @throws {@link WorkerDiedError} if its worker or agent died.
   * @throws {@link EngineConnectionError} if the server was away for too long, or lost its data.
   * @throws {@link ClosedError} if the pool was closed or terminated.
   * @throws what the function throws; the signal's reason if it was aborted first
   */
  apply<A extends readonly unknown[], R>(
    fn: PackageTask<A, R>,
    args?: readonly [...A],
    options: DistributedApplyOptions = {},
  ): Promise<Awaited<R>> {
    return this.#calls.apply(fn, args, options);
  }

  /**
   * Like {@link apply}, but returns a result that you can wait for, query and cancel.
   *
   * @throws {@link SerializationError} if the arguments cannot be serialized. Nothing was submitted.
   * @throws {@link ClosedError} if the pool is closed.
   */
  applyAsync<A extends readonly unknown[], R>(
    fn: PackageTask<A, R>,
    args?: readonly [...A],
    options: DistributedApplyAsyncOptions<Awaited<R>> = {},
  ): DistributedResult<Awaited<R>> {
    return this.#calls.applyAsync(fn, args, options);
  }

  /**
   * Calls the function for each input, in chunks, each of which is one job, and gives the results in the order of the inputs. All chunks are
   * run even if one fails; the first error that arrived is thrown then. Within a chunk nothing is called after an error.
   *
   * `chunksize` is by default such that there are about 128 jobs, of at most 1000 inputs.
   *
   * @throws {@link TypeError} or {@link RangeError} if an argument is not of its type, or `chunksize` is less than 1.
   * @throws what {@link apply} throws, and what iterating over the inputs throws
   */
  async map<T, R>(
    fn: PackageTask<[input: T], R>,
    inputs: Iterable<T>,
    options: DistributedMapOptions = {},
  ): Promise<Awaited<R>[]> {
    return this.#calls.map('map', fn, inputs, options);
  }

  /** Like {@link map}, with a result as {@link applyAsync} gives it. */
  mapAsync<T, R>(
    fn: PackageTask<[input: T], R>,
    inputs: Iterable<T>,
    options: DistributedMapAsyncOptions<Awaited<R>> = {},
  ): DistributedResult<Awaited<R>[]> {
    return this.#calls.mapAsync('map', fn, inputs, options);
  }

  /** Like {@link map}, but each input is an array of arguments. */
  async starmap<A extends readonly unknown[], R>(
    fn: PackageTask<A, R>,
    inputs: Iterable<readonly [...A]>,
    options: DistributedMapOptions = {},
  ): Promise<Awaited<R>[]> {
    return this.#calls.map('starmap', fn, inputs, options);
  }

  /** Like {@link starmap}, with a result as {@link applyAsync} gives it. */
  starmapAsync<A extends readonly unknown[], R>(
    fn: PackageTask<A, R>,
    inputs: Iterable<readonly [...A]>,
    options: DistributedMapAsyncOptions<Awaited<R>> = {},
  ): DistributedResult<Awaited<R>[]> {
    return this.#calls.mapAsync('starmap', fn, inputs, options);
  }

  /**
   * The results one by one, in the order of the inputs. Inputs are read as the results are taken, at most `window` ahead, so
   * there may be any number of them. If a call fails, its `next()` rejects, and the iteration goes on. It also goes on after
   * {@link close}; after {@link terminate} it ends with a `ClosedError`.
   *
   * `window` is by default 64 chunks, `chunksize` 1.
   *
   * @throws {@link TypeError} if `inputs` cannot be iterated. @throws {@link RangeError} if `chunksize` or `window` is less than 1.
   * @throws {@link ClosedError} if the pool is closed.
   */
  imap<T, R>(
    fn: PackageTask<[input: T], R>,
    inputs: Iterable<T> | AsyncIterable<T>,
    options: DistributedImapOptions = {},
  ): AsyncIterableIterator<Awaited<R>> {
    return this.#calls.imap(fn, inputs, options, 'ordered');
  }

  /** Like {@link imap}, but in the order in which they are done. */
  imapUnordered<T, R>(
    fn: PackageTask<[input: T], R>,
    inputs: Iterable<T> | AsyncIterable<T>,
    options: DistributedImapOptions = {},
  ): AsyncIterableIterator<Awaited<R>> {
    return this.#calls.imap(fn, inputs, options, 'unordered');
  }

  /** Counts of this pool, and of its queue, for which it asks the server. @throws what says that the server is away */
  async stats(): Promise<DistributedPoolStats> {
    const counts = await this.#core.bull.counts();
    const { pending, completed, failed } = this.#core;
    return { pending, completed, failed, ...counts };
  }

  /** @internal */
  [DESCRIBE](): Description {
    const { pending, completed, failed, isOver, isClosing } = this.#core;
    return { queue: this.#queue, state: isOver ? 'ended' : isClosing ? 'closing' : 'open', pending, completed, failed };
  }

  /**
   * Takes no more calls; what was submitted is still run, all inputs of an {@link imap} included. Does not wait. Idempotent.
   *
   * @throws {@link TypeError} if `cancelPending` is not a boolean.
   */
  close(options: CloseOptions = {}): void {
    const { cancelPending = false } = checkOptions(options, '{ cancelPending: true }', ['cancelPending']);
    if (checkBoolean('cancelPending', cancelPending)) void this.#core.cancelPending();
    this.#core.close();
  }

  /**
   * Rejects all unfinished calls with a `ClosedError`. Those that wait are removed from the queue; agents abort those that run, a second
   * later at the latest. Does not wait. Idempotent.
   */
  terminate(): void {
    this.#core.terminate();
  }

  /**
   * Waits until everything that was submitted has ended, and the connection is closed.
   *
   * @returns false after a timeout
   * @throws {@link TypeError} if the pool has been neither closed nor terminated.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted first
   */
  async join(options?: WaitOptions): Promise<boolean> {
    if (!this.#core.isClosing) throw new TypeError('The pool is open: close() or terminate() it before join()');
    return this.#core.join(checkTimeout(options), checkSignal(options));
  }

  /** Closes it, and waits until what was submitted is done. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.join();
  }
}
