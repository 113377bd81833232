import type { ProgressListener, ResultOptions } from '@multiprocess/pool';

/** What the calls of a distributed pool have in common. */
export interface DistributedTaskOptions {
  /** Milliseconds that each call of the function may run, from its start in a worker. Default: no limit. */
  readonly timeout?: number | undefined;
  /** Aborts what has not ended. What has begun is asked to stop. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@link DistributedPool.apply}. */
export interface DistributedApplyOptions extends DistributedTaskOptions {
  /**
   * Called with each value that the function gives to `reportProgress`, in order and before the result. If the call is started again, so are
   * its reports. Default: none.
   */
  readonly onProgress?: ProgressListener | undefined;
}

/** Options of {@link DistributedPool.applyAsync}. */
export interface DistributedApplyAsyncOptions<T> extends DistributedApplyOptions, ResultOptions<T> {}

/** Options of {@link DistributedPool.map} and {@link DistributedPool.starmap}. */
export interface DistributedMapOptions extends DistributedTaskOptions {
  /** How many inputs are sent together, as one job. Default: such that there are about 128 jobs, of at most 1000 inputs. */
  readonly chunksize?: number | undefined;
  /** Called after each chunk with the number of inputs done so far, and of all inputs. Default: none. */
  readonly onProgress?: ((done: number, total: number) => unknown) | undefined;
}

/** Options of {@link DistributedPool.mapAsync} and {@link DistributedPool.starmapAsync}. */
export interface DistributedMapAsyncOptions<T> extends DistributedMapOptions, ResultOptions<T[]> {}

/** Options of {@link DistributedPool.imap} and {@link DistributedPool.imapUnordered}. */
export interface DistributedImapOptions extends DistributedTaskOptions {
  /** How many inputs are sent together, as one job. Default: 1. */
  readonly chunksize?: number | undefined;
  /** How many inputs are read ahead of the results that have been taken. Default: 64 chunks. */
  readonly window?: number | undefined;
}
