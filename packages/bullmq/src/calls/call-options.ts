/** Options of {@link DistributedPool.apply}. */
export interface DistributedApplyOptions {
  /** Milliseconds that the call may run, from its start in a worker. Default: no limit. */
  readonly timeout?: number | undefined;
  /** Aborts the call. What has begun is asked to stop. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of what has a {@link DistributedResult}. */
export interface ResultOptions<T> {
  /** Called with the value. Default: none. */
  readonly callback?: ((value: T) => unknown) | undefined;
  /** Called with the error. Default: none. */
  readonly errorCallback?: ((error: unknown) => unknown) | undefined;
}

/** Options of {@link DistributedPool.applyAsync}. */
export interface DistributedApplyAsyncOptions<T> extends DistributedApplyOptions, ResultOptions<T> {}

/** Options of {@link DistributedPool.map} and {@link DistributedPool.starmap}. */
export interface DistributedMapOptions {
  /** How many inputs are sent together, as one job. Default: such that there are about 128 jobs, of at most 1000 inputs. */
  readonly chunksize?: number | undefined;
  /** Aborts the call. What has begun is asked to stop. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each chunk with the number of inputs done so far, and of all inputs. Default: none. */
  readonly onProgress?: ((done: number, total: number) => unknown) | undefined;
}

/** Options of {@link DistributedPool.mapAsync} and {@link DistributedPool.starmapAsync}. */
export interface DistributedMapAsyncOptions<T> extends DistributedMapOptions, ResultOptions<T[]> {}

/** Options of {@link DistributedPool.imap} and {@link DistributedPool.imapUnordered}. */
export interface DistributedImapOptions {
  /** How many inputs are sent together, as one job. Default: 1. */
  readonly chunksize?: number | undefined;
  /** How many inputs are read ahead of the results that have been taken. Default: 64 chunks. */
  readonly window?: number | undefined;
}
