import type { WaitOptions } from '../arguments/wait-options.js';

/** What a queue can do without waiting. */
export interface QueueMethods {
  /** How many items it has. */
  size(): number;
  /** Whether it has no item. */
  empty(): boolean;
  /** Whether a put would have to wait for room; never, without a {@link maxsize}. */
  full(): boolean;
  /** The most items at a time; 0 for any number. */
  maxsize(): number;
  /** Refuses all further puts; gets take the remaining items, unless `immediate` discards them. */
  shutdown(options?: { readonly immediate?: boolean | undefined }): void;
}

/** What a queue of a store can do that may wait. */
export interface StoreQueueWaits<T> {
  /**
   * Puts a copy of the item at the end, waiting for room.
   *
   * @throws {@link QueueFullError} if there was no room in time. Nothing was put.
   * @throws {@link QueueShutDownError} if the queue has been shut down, also while this waits. Nothing was put.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted. Nothing was put.
   */
  put(item: T, options?: WaitOptions): Promise<void>;
  /** Like {@link put} with `timeout: 0`: never waits for room. */
  putNowait(item: T): Promise<void>;
  /**
   * Takes the oldest item, waiting for one.
   *
   * @throws {@link QueueEmptyError} if there was none in time. Nothing was taken.
   * @throws {@link QueueShutDownError} if the queue has been shut down and is empty.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted. Nothing was taken.
   */
  get(options?: WaitOptions): Promise<T>;
  /** Like {@link get} with `timeout: 0`: never waits for an item. */
  getNowait(): Promise<T>;
  /**
   * Puts copies of all the items, in order, as there is room.
   *
   * @throws {@link QueueFullError} after a timeout; `itemsPut` says how many were put.
   * @throws what {@link put} throws
   */
  putMany(items: readonly T[], options?: WaitOptions): Promise<void>;
  /** Takes what is there, up to `max` items; waits for the first only. Throws what {@link get} throws. */
  getMany(max: number, options?: WaitOptions): Promise<T[]>;
  /**
   * Waits until everything that is in the queue now has been taken, or thrown away.
   *
   * @returns false after a timeout
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted
   */
  drained(options?: WaitOptions): Promise<boolean>;
}

/** What a queue of a store can do beside, if it knows when everything that was put has been processed. */
export interface StoreJoinableWaits {
  /** Reports that an item has been processed. @throws {@link RangeError} if there were not as many. */
  taskDone(): Promise<void>;
  /**
   * Waits until all have been processed.
   *
   * @returns false after a timeout
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted
   */
  join(options?: WaitOptions): Promise<boolean>;
}
