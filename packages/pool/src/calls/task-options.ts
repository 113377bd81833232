import {
  argumentError,
  checkArray,
  checkFunction,
  checkInteger,
  checkIterable,
  checkNumber,
  checkOptions,
  checkSignal,
  checkTimeout,
  isAbortSignal,
} from '@multiprocess/shared-memory';

/** Called with what a task reports, of any type that the task and its caller agree on. */
// Written as a method, so that it may take a narrower type than unknown.
export type ProgressListener = { listen(value: unknown): unknown }['listen'];

const ANY_TASK = ['timeout', 'signal', 'priority'] as const;
const RESULT = ['callback', 'errorCallback'] as const;
const APPLY = [...ANY_TASK, 'onProgress', ...RESULT] as const;
const MAP = [...APPLY, 'chunksize'] as const;
const IMAP = [...ANY_TASK, 'chunksize', 'window'] as const;

/** The names of all options of tasks. */
export const TASK_OPTIONS: readonly string[] = [...MAP, 'window'];

/** What the calls of a pool have in common. */
export interface TaskOptions {
  /** Milliseconds that each call of the function may run, from its start in the worker. Default: no limit. */
  readonly timeout?: number | undefined;
  /**
   * Aborts what has not ended. What has begun is asked to stop, and its worker is killed if it still runs after `grace` ms.
   * Default: none.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * Tasks with a higher number begin before others that have not begun, wherever those wait; tasks with the same number in
   * order. A steady stream of them keeps the others waiting. Default: 0.
   */
  readonly priority?: number | undefined;
}

/** Options of {@link Pool.apply}. */
export interface ApplyOptions extends TaskOptions {
  /** Called with each value that the task gives to {@link reportProgress}. Default: none. */
  readonly onProgress?: ProgressListener | undefined;
}

/** For a task that runs another function: the option for what messages call it. A symbol, since it is no option of the user's. */
export const TASK_NAME: unique symbol = Symbol('name of a task');

/** Options of a task that runs another function. */
export interface NamedApplyOptions extends ApplyOptions {
  /** What messages call it. Default: the name of the function. */
  readonly [TASK_NAME]?: string | undefined;
}

/** Options of what has an {@link AsyncResult}. */
export interface ResultOptions<T> {
  /** Called with the value. Default: none. */
  readonly callback?: ((value: T) => unknown) | undefined;
  /** Called with the error. Default: none. */
  readonly errorCallback?: ((error: unknown) => unknown) | undefined;
}

/** Options of {@link Pool.applyAsync}. */
export interface ApplyAsyncOptions<T> extends ApplyOptions, ResultOptions<T> {}

/** Options of {@link Pool.map} and {@link Pool.starmap}. */
export interface MapOptions extends TaskOptions {
  /** How many inputs are sent together, as one task. Default: each worker gets about four chunks. */
  readonly chunksize?: number | undefined;
  /** Called after each chunk with the number of inputs done so far, and of all inputs. Default: none. */
  readonly onProgress?: ((done: number, total: number) => unknown) | undefined;
}

/** Options of {@link Pool.mapAsync} and {@link Pool.starmapAsync}. */
export interface MapAsyncOptions<T> extends MapOptions, ResultOptions<T[]> {}

/** Options of {@link Pool.imap} and {@link Pool.imapUnordered}. */
export interface ImapOptions extends TaskOptions {
  /** How many inputs are sent together, as one task. Default: 1. */
  readonly chunksize?: number | undefined;
  /** How many inputs are read ahead of the results that have been taken. Default: four chunks for each worker. */
  readonly window?: number | undefined;
}

/** @throws {@link TypeError} if one is not of its type. */
export function checkApply(fn: unknown, args: unknown, options: ApplyAsyncOptions<never>): void {
  checkFunction('fn', fn);
  checkArray('args', args, 'an array of arguments');
  const { onProgress } = checkOptions(options, '{ timeout: 1000 }', APPLY);
  if (onProgress !== undefined) checkFunction('onProgress', onProgress);
  checkTask(options);
  checkCallbacks(options);
}

/** @throws {@link TypeError} if one is not of its type. @throws {@link RangeError} if `chunksize` is less than 1. */
export function checkMap(fn: unknown, inputs: Iterable<unknown>, options: MapAsyncOptions<never>): void {
  checkFunction('fn', fn);
  if (isAsyncIterable(inputs) && !(Symbol.iterator in inputs)) {
    throw argumentError('inputs', 'an iterable that is not asynchronous (imap() of a Pool takes those)', inputs);
  }
  checkIterable('inputs', inputs);
  const { chunksize, onProgress } = checkOptions(options, '{ chunksize: 10 }', MAP);
  if (chunksize !== undefined) checkInteger('chunksize', chunksize, { min: 1 });
  if (onProgress !== undefined) checkFunction('onProgress', onProgress);
  checkTask(options);
  checkCallbacks(options);
}

/** @throws {@link TypeError} if one is not of its type. @throws {@link RangeError} if a size is less than 1. */
export function checkImap(fn: unknown, inputs: Iterable<unknown> | AsyncIterable<unknown>, options: ImapOptions): void {
  checkFunction('fn', fn);
  if (!isAsyncIterable(inputs)) checkIterable('inputs', inputs);
  const { chunksize, window } = checkOptions(options, '{ chunksize: 10 }', IMAP);
  if (chunksize !== undefined) checkInteger('chunksize', chunksize, { min: 1 });
  if (window !== undefined) checkInteger('window', window, { min: 1 });
  checkTask(options);
}

/** Whether to read it asynchronously, also if it can be read in both ways. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function checkTask(options: TaskOptions): void {
  const { signal, priority } = options;
  checkTimeout(options, TASK_OPTIONS);
  if (priority !== undefined) checkNumber('priority', priority, { min: -Infinity });
  // A signal that is aborted already does not throw here: it rejects the result.
  if (!(isAbortSignal(signal) && signal.aborted)) checkSignal(options);
}

function checkCallbacks({ callback, errorCallback }: ResultOptions<never>): void {
  if (callback !== undefined) checkFunction('callback', callback);
  if (errorCallback !== undefined) checkFunction('errorCallback', errorCallback);
}
