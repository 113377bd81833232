import {
  argumentError,
  checkArray,
  checkFunction,
  checkInteger,
  checkIterable,
  checkOptions,
  checkSignal,
  checkTimeout,
  isAbortSignal,
} from '@multiprocess/shared-memory';

/** Options of {@link Pool.apply}. */
export interface ApplyOptions {
  /** Milliseconds that it may run, from its start in the worker. Default: no limit. */
  readonly timeout?: number | undefined;
  /** Aborts it. If it has begun, it is asked to stop, and its worker is killed if it still runs after `grace` ms. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@link Pool.applyAsync}. */
export interface ApplyAsyncOptions<T> extends ApplyOptions {
  /** Called with the value. Default: none. */
  readonly callback?: ((value: T) => unknown) | undefined;
  /** Called with the error. Default: none. */
  readonly errorCallback?: ((error: unknown) => unknown) | undefined;
}

/** Options of {@link Pool.map} and {@link Pool.starmap}. */
export interface MapOptions {
  /** How many inputs are sent together, as one task. Default: each worker gets about four chunks. */
  readonly chunksize?: number | undefined;
  /** Called after each chunk with the number of inputs done so far, and of all inputs. Default: none. */
  readonly onProgress?: ((done: number, total: number) => unknown) | undefined;
  /** Aborts it, as it aborts an {@link ApplyOptions.signal | apply}. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@link Pool.mapAsync} and {@link Pool.starmapAsync}. */
export interface MapAsyncOptions<T> extends MapOptions {
  /** Called with all values. Default: none. */
  readonly callback?: ((values: T[]) => unknown) | undefined;
  /** Called with the error. Default: none. */
  readonly errorCallback?: ((error: unknown) => unknown) | undefined;
}

/** Options of {@link Pool.imap} and {@link Pool.imapUnordered}. */
export interface ImapOptions {
  /** How many inputs are sent together, as one task. Default: 1. */
  readonly chunksize?: number | undefined;
  /** How many inputs are read ahead of the results that have been taken. Default: four chunks for each worker. */
  readonly window?: number | undefined;
}

/** @throws {@link TypeError} if one is not of its type. */
export function checkApply(fn: unknown, args: unknown, options: ApplyAsyncOptions<never>): void {
  checkFunction('fn', fn);
  checkArray('args', args, 'an array of arguments');
  checkTimeout(checkOptions(options, '{ timeout: 1000 }'));
  checkSignalType(options);
  checkCallbacks(options);
}

/** @throws {@link TypeError} if one is not of its type. @throws {@link RangeError} if `chunksize` is less than 1. */
export function checkMap(fn: unknown, inputs: Iterable<unknown>, options: MapAsyncOptions<never>): void {
  checkFunction('fn', fn);
  if (isAsyncIterable(inputs) && !(Symbol.iterator in inputs)) {
    throw argumentError('inputs', 'an iterable that is not asynchronous (imap() of a Pool takes those)', inputs);
  }
  checkIterable('inputs', inputs);
  const { chunksize, onProgress } = checkOptions(options, '{ chunksize: 10 }');
  if (chunksize !== undefined) checkInteger('chunksize', chunksize, { min: 1 });
  if (onProgress !== undefined) checkFunction('onProgress', onProgress);
  checkSignalType(options);
  checkCallbacks(options);
}

/** @throws {@link TypeError} if one is not of its type. @throws {@link RangeError} if a size is less than 1. */
export function checkImap(fn: unknown, inputs: Iterable<unknown> | AsyncIterable<unknown>, options: ImapOptions): void {
  checkFunction('fn', fn);
  if (!isAsyncIterable(inputs)) checkIterable('inputs', inputs);
  const { chunksize, window } = checkOptions(options, '{ chunksize: 10 }');
  if (chunksize !== undefined) checkInteger('chunksize', chunksize, { min: 1 });
  if (window !== undefined) checkInteger('window', window, { min: 1 });
}

/** Whether to read it asynchronously, also if it can be read in both ways. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** A signal that is aborted already does not throw here: it rejects the result. */
function checkSignalType(options: ApplyOptions | MapOptions): void {
  const { signal } = options;
  if (!(isAbortSignal(signal) && signal.aborted)) checkSignal(options);
}

function checkCallbacks({ callback, errorCallback }: ApplyAsyncOptions<never>): void {
  if (callback !== undefined) checkFunction('callback', callback);
  if (errorCallback !== undefined) checkFunction('errorCallback', errorCallback);
}
