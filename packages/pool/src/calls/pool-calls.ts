import type { AnyFunction } from '@multiprocess/serialization';
import { ClosedError, clock, reasonOf, throwIfAborted, timeoutOf } from '@multiprocess/shared-memory';
import { onceAborted } from './aborting.js';
import { AsyncResult, cancelledError } from './async-result.js';
import { callback } from './callbacks.js';
import type { Driver } from '../parent/driver.js';
import { Imap } from './imap.js';
import type { ImapOrder } from './imap.js';
import { itemsOf } from '../wire/item-block.js';
import { MapJob } from './map-job.js';
import type { Flags } from '../wire/messages.js';
import type { PoolCore } from '../parent/pool-core.js';
import type { PoolTask } from '../parent/pool-task.js';
import type { Ending, Submitter } from './submitter.js';
import { checkImap, checkMap } from './task-options.js';
import type { ApplyAsyncOptions, ApplyOptions, ImapOptions, MapAsyncOptions, MapOptions } from './task-options.js';

/** What the calls of a pool have in common: whatever their form, each ends in one of two functions, once. */
export class PoolCalls {
  readonly #core: PoolCore;
  readonly #driver: Driver;
  readonly #submitter: Submitter;
  readonly #workers: number;

  constructor(core: PoolCore, driver: Driver, submitter: Submitter, workers: number) {
    this.#core = core;
    this.#driver = driver;
    this.#submitter = submitter;
    this.#workers = workers;
  }

  #checkOpen(): void {
    if (this.#core.isClosing) throw new ClosedError('The pool has been closed: it takes no more tasks');
    if (this.#core.error !== undefined) throw this.#core.error.value;
  }

  /** One call. */
  apply<R>(fn: AnyFunction, args: readonly unknown[], options: ApplyOptions, { resolve, reject }: Ending<R>): PoolTask {
    this.#checkOpen();
    const { signal } = options;
    let stop = (): void => undefined;
    const limits = { timeout: timeoutOf(options), abortable: signal !== undefined };
    const task = this.#submitter.call(fn, args, limits, {
      resolve: (value: R) => {
        stop();
        resolve(value);
      },
      reject: (error) => {
        stop();
        reject(error);
      },
    });
    stop = onceAborted(signal, (reason) => {
      this.#submitter.abandon(task, reason);
    });
    return task;
  }

  #map<R>(fn: AnyFunction, inputs: Iterable<unknown>, options: MapOptions, flags: Flags, ending: Ending<R[]>): MapJob {
    this.#checkOpen();
    const { chunksize, onProgress, signal } = options;
    let stop = (): void => undefined;
    const plan = {
      fn,
      items: itemsOf(inputs),
      chunksize,
      workers: this.#workers,
      flags,
      abortable: signal !== undefined,
      onProgress: onProgress && callback(onProgress),
    };
    const job = new MapJob(this.#submitter, plan, {
      resolve: (values) => {
        stop();
        ending.resolve(values as R[]);
      },
      reject: (error) => {
        stop();
        ending.reject(error);
      },
    });
    stop = onceAborted(signal, (reason) => {
      for (const task of job.tasks) this.#submitter.abandon(task, reason);
    });
    return job;
  }

  /** A map, whose result is a promise. */
  map<R>(fn: AnyFunction, inputs: Iterable<unknown>, options: MapOptions, flags: Flags): Promise<Awaited<R>[]> {
    return new Promise((resolve, reject) => {
      checkMap(fn, inputs, options);
      throwIfAborted(options.signal);
      this.#map<Awaited<R>>(fn, inputs, options, flags, { resolve, reject });
    });
  }

  /** A map, whose result may be asked and cancelled. */
  mapAsync<R>(fn: AnyFunction, inputs: Iterable<unknown>, options: MapAsyncOptions<R>, flags: Flags): AsyncResult<R[]> {
    checkMap(fn, inputs, options);
    return this.result<R[]>(options, (ending) => this.#map(fn, inputs, options, flags, ending).tasks);
  }

  /** The result of what `submit` submits, with the callbacks that are among the options. */
  result<T>(options: ApplyAsyncOptions<T>, submit: (ending: Ending<T>) => readonly PoolTask[]): AsyncResult<T> {
    const onValue = options.callback && callback(options.callback);
    const onError = options.errorCallback && callback(options.errorCallback);
    let tasks: readonly PoolTask[] = [];
    const source = {
      block: (isDone: () => boolean, timeout: number) => this.#driver.block(isDone, timeout),
      cancel: () => this.#submitter.cancel(tasks, cancelledError),
    };
    return new AsyncResult<T>(source, (resolve, reject) => {
      const fail = (error: unknown): void => {
        reject(error);
        onError?.(error);
      };
      const { signal } = options;
      if (signal?.aborted === true) {
        clock.queueMicrotask(() => {
          fail(reasonOf(signal)); // not before the caller has the result
        });
        return;
      }
      tasks = submit({
        resolve: (value) => {
          resolve(value);
          onValue?.(value);
        },
        reject: fail,
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
    return new Imap<R>(this.#submitter, { fn, inputs, chunksize, window, order });
  }
}
