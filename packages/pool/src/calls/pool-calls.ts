import type { AnyFunction } from '@multiprocess/serialization';
import { abortReason, checkTimeout, clock, ClosedError, throwIfAborted } from '@multiprocess/shared-memory';
import { onceAborted } from './aborting.js';
import { callExport } from '../worker/call-export.js';
import { AsyncResult } from './async-result.js';
import { callback } from '../parent/callbacks.js';
import type { Driver } from '../parent/driver.js';
import { Imap } from './imap.js';
import type { ImapOrder } from './imap.js';
import { toItems } from '../wire/item-block.js';
import { checkModuleUrl, moduleProxy } from './module-proxy.js';
import type { ModuleProxy } from './module-proxy.js';
import { MapJob } from './map-job.js';
import { endingOf } from './ending-of.js';
import { PoolChunks } from './pool-chunks.js';
import type { Flags } from '../wire/messages.js';
import type { PoolCore } from '../parent/pool-core.js';
import type { Ending, PoolTask } from '../parent/pool-task.js';
import { checkApply, checkImap, checkMap, TASK_NAME, TASK_OPTIONS } from './task-options.js';
import type {
  ApplyOptions,
  ImapOptions,
  MapAsyncOptions,
  MapOptions,
  NamedApplyOptions,
  ResultOptions,
  TaskOptions,
} from './task-options.js';
import type { TaskPlanner, TaskTerms } from './task-planner.js';

/** The calls of a pool, in their forms: promise, `AsyncResult`, iterator. */
export class PoolCalls {
  readonly #core: PoolCore;
  readonly #driver: Driver;
  readonly #planner: TaskPlanner;
  readonly #workers: number;

  constructor(driver: Driver, planner: TaskPlanner, workers: number) {
    this.#core = driver.core;
    this.#driver = driver;
    this.#planner = planner;
    this.#workers = workers;
  }

  #checkOpen(): void {
    if (this.#core.isClosing) throw new ClosedError('The pool has been closed: it takes no more tasks');
    if (this.#core.error !== undefined) throw this.#core.error.value;
  }

  /** One call. Its outcome goes to `ending`. */
  apply<R>(fn: AnyFunction, args: readonly unknown[], options: NamedApplyOptions, ending: Ending<R>): PoolTask {
    this.#checkOpen();
    this.#core.capacity.check(1);
    const { signal, onProgress, [TASK_NAME]: name } = options;
    const terms: TaskTerms = { ...termsOf(options), onReport: onProgress && callback(onProgress), name };
    const task = this.#core.submit(this.#planner.call(fn, args, terms, ending));
    if (signal !== undefined) {
      task.stopListening = onceAborted(signal, (reason) => {
        this.#core.abandon(task, reason);
      });
    }
    return task;
  }

  #map<R>(fn: AnyFunction, inputs: Iterable<unknown>, options: MapOptions, flags: Flags, ending: Ending<R[]>): MapJob {
    this.#checkOpen();
    const { chunksize } = options;
    const onProgress = options.onProgress && callback(options.onProgress);
    const items = toItems(inputs);
    const plan = { fn, items, chunksize, workers: this.#workers, flags, terms: termsOf(options), onProgress };
    return new MapJob(this.#core, this.#planner, plan, ending as Ending<unknown[]>);
  }

  /** A map with a promise of its results. */
  map<R>(fn: AnyFunction, inputs: Iterable<unknown>, options: MapOptions, flags: Flags): Promise<Awaited<R>[]> {
    return new Promise((resolve) => {
      checkMap(fn, inputs, options);
      throwIfAborted(options.signal);
      this.#map<Awaited<R>>(fn, inputs, options, flags, endingOf(resolve, options));
    });
  }

  /** A map with an {@link AsyncResult}. */
  mapAsync<R>(fn: AnyFunction, inputs: Iterable<unknown>, options: MapAsyncOptions<R>, flags: Flags): AsyncResult<R[]> {
    checkMap(fn, inputs, options);
    return this.result<R[]>(options, (ending) => this.#map(fn, inputs, options, flags, ending).tasks);
  }

  /** The result of what `submit` submits, with the callbacks of the options. */
  result<T>(
    options: ResultOptions<T> & Pick<TaskOptions, 'signal'>,
    submit: (ending: Ending<T>) => readonly PoolTask[],
  ): AsyncResult<T> {
    return new AsyncResult<T>(this.#driver, options, (ending) => {
      const { signal } = options;
      if (signal?.aborted !== true) return submit(ending);
      clock.queueMicrotask(() => {
        ending.reject(abortReason(signal)); // after the caller has the result
      });
      return [];
    });
  }

  /** Calls of the exports of a module. */
  proxy<M>(module: string | URL, options: ApplyOptions): ModuleProxy<M> {
    const url = checkModuleUrl(module);
    checkApply(callExport, [], options);
    return moduleProxy<M>(url, (...call) => {
      const [, name] = call;
      return new Promise((resolve) => {
        throwIfAborted(options.signal);
        this.apply<unknown>(callExport, call, { ...options, [TASK_NAME]: name }, endingOf(resolve, options));
      });
    });
  }

  imap<R>(
    fn: AnyFunction,
    inputs: Iterable<unknown> | AsyncIterable<unknown>,
    options: ImapOptions,
    order: ImapOrder,
  ): AsyncIterableIterator<R> {
    checkImap(fn, inputs, options);
    this.#checkOpen();
    const { chunksize = 1, window = 4 * this.#workers * chunksize } = options;
    const terms = termsOf(options);
    const chunks = new PoolChunks(this.#core, this.#planner, fn, terms);
    return new Imap<R>(chunks, { inputs, chunksize, window, order, signal: terms.signal });
  }
}

function termsOf(options: TaskOptions): TaskTerms {
  const { signal, priority = 0 } = options;
  return { timeout: checkTimeout(options, TASK_OPTIONS), signal, priority };
}
