import {
  argumentError,
  checkArray,
  checkFunction,
  checkInteger,
  isAbortSignal,
  iterableOf,
  optionsOf,
  signalOf,
  timeoutOf,
} from '@multiprocess/shared-memory';

/** How one call is to be treated. */
export interface ApplyOptions {
  /** Milliseconds that it may run, from its start in the worker. Default: for ever. */
  readonly timeout?: number | undefined;
  /** Aborts it. If it has begun, it is asked to stop, and its worker is killed if it does not. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/** How one call is to be treated, and what to call with its result. */
export interface ApplyAsyncOptions<T> extends ApplyOptions {
  /** Called with the value. Default: none. */
  readonly callback?: ((value: T) => unknown) | undefined;
  /** Called with the error. Default: none. */
  readonly errorCallback?: ((error: unknown) => unknown) | undefined;
}

/** How a map is to be treated. */
export interface MapOptions {
  /** How many inputs travel together. Default: a quarter of what each worker gets if they share evenly. */
  readonly chunksize?: number | undefined;
  /** Called after each chunk with the number of inputs that are done, and of all. Default: none. */
  readonly onProgress?: ((done: number, total: number) => unknown) | undefined;
  /** Aborts it, as it aborts an {@link ApplyOptions.signal | apply}. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/** How a map is to be treated, and what to call with its results. */
export interface MapAsyncOptions<T> extends MapOptions {
  /** Called with all values. Default: none. */
  readonly callback?: ((values: T[]) => unknown) | undefined;
  /** Called with the error. Default: none. */
  readonly errorCallback?: ((error: unknown) => unknown) | undefined;
}

/** How results are to come one by one. */
export interface ImapOptions {
  /** How many inputs travel together. Default: 1. */
  readonly chunksize?: number | undefined;
  /** How many inputs are read ahead of the results that have been taken. Default: four chunks for each worker. */
  readonly window?: number | undefined;
}

/** @throws {TypeError} If one is not of its type. */
export function checkApply(fn: unknown, args: unknown, options: ApplyAsyncOptions<never>): void {
  checkFunction('fn', fn);
  checkArray('args', args, 'an array of arguments');
  timeoutOf(optionsOf(options, '{ timeout: 1000 }'));
  checkSignal(options);
  checkCallbacks(options);
}

/** @throws {TypeError} If one is not of its type. @throws {RangeError} If `chunksize` is less than 1. */
export function checkMap(fn: unknown, inputs: Iterable<unknown>, options: MapAsyncOptions<never>): void {
  checkFunction('fn', fn);
  if (isAsyncIterable(inputs) && !(Symbol.iterator in inputs)) {
    throw argumentError('inputs', 'an iterable that is not asynchronous (imap() takes those)', inputs);
  }
  iterableOf(inputs, 'inputs');
  const { chunksize, onProgress } = optionsOf(options, '{ chunksize: 10 }');
  if (chunksize !== undefined) checkInteger('chunksize', chunksize, { min: 1 });
  if (onProgress !== undefined) checkFunction('onProgress', onProgress);
  checkSignal(options);
  checkCallbacks(options);
}

/** @throws {TypeError} If one is not of its type. @throws {RangeError} If a size is less than 1. */
export function checkImap(fn: unknown, inputs: Iterable<unknown> | AsyncIterable<unknown>, options: ImapOptions): void {
  checkFunction('fn', fn);
  if (!isAsyncIterable(inputs)) iterableOf(inputs, 'inputs');
  const { chunksize, window } = optionsOf(options, '{ chunksize: 10 }');
  if (chunksize !== undefined) checkInteger('chunksize', chunksize, { min: 1 });
  if (window !== undefined) checkInteger('window', window, { min: 1 });
}

/** Whether it is to be read asynchronously. That has precedence where both ways are possible. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** A signal that is aborted already does not throw here: it rejects the result. */
function checkSignal(options: ApplyOptions | MapOptions): void {
  const { signal } = options;
  if (!(isAbortSignal(signal) && signal.aborted)) signalOf(options);
}

function checkCallbacks({ callback, errorCallback }: ApplyAsyncOptions<never>): void {
  if (callback !== undefined) checkFunction('callback', callback);
  if (errorCallback !== undefined) checkFunction('errorCallback', errorCallback);
}
