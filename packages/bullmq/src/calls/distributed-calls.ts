import { callback, checkApply, checkImap, checkMap, Imap, TASK_OPTIONS } from '@multiprocess/pool';
import type { ImapOrder, ResultOptions } from '@multiprocess/pool';
import { abortReason, checkTimeout, clock, throwIfAborted } from '@multiprocess/shared-memory';
import type { PoolCore } from '../caller/pool-core.js';
import type { Ending, RemoteTask } from '../caller/remote-task.js';
import { nameOf } from '../names/name-of.js';
import type { PackageTask } from '../names/name-of.js';
import type {
  DistributedApplyAsyncOptions,
  DistributedApplyOptions,
  DistributedImapOptions,
  DistributedMapAsyncOptions,
  DistributedMapOptions,
  DistributedTaskOptions,
} from './call-options.js';
import { DistributedResult } from './distributed-result.js';
import { MapJob } from './map-job.js';
import { RemoteChunks } from './remote-chunks.js';
import { newStopEvent } from './stop-event.js';

/** Chunks that are read ahead by an `imap` if no window is given. */
const CHUNKS_AHEAD = 64;

type AnyTask = PackageTask<never, unknown>;

/** The calls of a distributed pool, in their forms: promise, `DistributedResult`, iterator. */
export class DistributedCalls {
  readonly #core: PoolCore;

  constructor(core: PoolCore) {
    this.#core = core;
  }

  apply<R>(fn: AnyTask, args: readonly unknown[] | undefined, options: DistributedApplyOptions): Promise<R> {
    return new Promise((resolve, reject) => {
      const name = this.#checkApply(fn, args, options);
      throwIfAborted(options.signal);
      this.#apply(name, args, options, { resolve: resolve as Ending['resolve'], reject });
    });
  }

  applyAsync<R>(
    fn: AnyTask,
    args: readonly unknown[] | undefined,
    options: DistributedApplyAsyncOptions<R>,
  ): DistributedResult<R> {
    const name = this.#checkApply(fn, args, options);
    return this.#result(options, (ending) => [this.#apply(name, args, options, ending)]);
  }

  /** A map with a promise of its results. */
  map<R>(
    kind: 'map' | 'starmap',
    fn: AnyTask,
    inputs: Iterable<unknown>,
    options: DistributedMapOptions,
  ): Promise<R[]> {
    return new Promise((resolve, reject) => {
      const name = this.#checkMap(fn, inputs, options);
      throwIfAborted(options.signal);
      this.#map(kind, name, inputs, options, { resolve: resolve as Ending['resolve'], reject });
    });
  }

  /** A map with a {@link DistributedResult}. */
  mapAsync<R>(
    kind: 'map' | 'starmap',
    fn: AnyTask,
    inputs: Iterable<unknown>,
    options: DistributedMapAsyncOptions<R>,
  ): DistributedResult<R[]> {
    const name = this.#checkMap(fn, inputs, options);
    return this.#result<R[]>(options, (ending) => this.#map(kind, name, inputs, options, ending).tasks);
  }

  imap<R>(
    fn: AnyTask,
    inputs: Iterable<unknown> | AsyncIterable<unknown>,
    options: DistributedImapOptions,
    order: ImapOrder,
  ): AsyncIterableIterator<R> {
    checkImap(callable(fn), inputs, options);
    const name = nameOf(fn);
    this.#core.checkOpen();
    const { chunksize = 1, window = CHUNKS_AHEAD * chunksize, signal } = options;
    const chunks = new RemoteChunks(this.#core, { name, timeout: checkTimeout(options, TASK_OPTIONS), signal });
    return new Imap<R>(chunks, { inputs, chunksize, window, order, signal });
  }

  #checkApply(fn: AnyTask, args: unknown, options: DistributedApplyAsyncOptions<never>): string {
    checkApply(callable(fn), args ?? [], options);
    const name = nameOf(fn);
    this.#core.checkOpen();
    return name;
  }

  #checkMap(fn: AnyTask, inputs: Iterable<unknown>, options: DistributedMapAsyncOptions<never>): string {
    checkMap(callable(fn), inputs, options);
    const name = nameOf(fn);
    this.#core.checkOpen();
    return name;
  }

  #apply(name: string, args: readonly unknown[] = [], options: DistributedApplyOptions, ending: Ending): RemoteTask {
    const core = this.#core;
    const encoded = core.codec.encode(args);
    const onReport = options.onProgress && callback(options.onProgress);
    const stop = newStopEvent(core.store, options.signal, (reason) => core.abandon(task, reason));
    const task = core.submit({
      ...{
        name,
        kind: 'call',
        args: encoded,
        timeout: checkTimeout(options, TASK_OPTIONS),
        stop: stop.handle,
        onReport,
      },
      ending: {
        resolve: (value) => {
          stop.end();
          ending.resolve(value);
        },
        reject: (error) => {
          stop.end();
          ending.reject(error);
        },
      },
    });
    return task;
  }

  #map(
    kind: 'map' | 'starmap',
    name: string,
    inputs: Iterable<unknown>,
    options: DistributedMapOptions,
    ending: Ending,
  ): MapJob {
    const { chunksize, signal } = options;
    const onProgress = options.onProgress && callback(options.onProgress);
    const plan = {
      name,
      kind,
      inputs: [...inputs],
      chunksize,
      timeout: checkTimeout(options, TASK_OPTIONS),
      signal,
      onProgress,
    };
    return new MapJob(this.#core, plan, ending);
  }

  #result<T>(
    options: ResultOptions<T> & Pick<DistributedTaskOptions, 'signal'>,
    submit: (ending: Ending) => readonly RemoteTask[],
  ): DistributedResult<T> {
    return new DistributedResult<T>(this.#core, options, (ending) => {
      const { signal } = options;
      if (signal?.aborted !== true) return submit(ending);
      clock.queueMicrotask(() => ending.reject(abortReason(signal))); // after the caller has the result
      return [];
    });
  }
}

/** For the checks of arguments, which know functions only. */
function callable(fn: unknown): unknown {
  return typeof fn === 'string' ? () => undefined : fn;
}
