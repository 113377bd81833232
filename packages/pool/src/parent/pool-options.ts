import { inspect } from 'node:util';
import { cpuCount } from '@multiprocess/process';
import type { AnyFunction } from '@multiprocess/serialization';

/** What to make a {@link Pool} with. */
export interface PoolOptions {
  /** How many workers, at most 4000. Default: one for each processor that this process may use. */
  readonly processes?: number | undefined;
  /** Called in each worker before its first task; may return a promise. If it fails, all calls do. Default: none. */
  readonly initializer?: ((...args: never[]) => unknown) | undefined;
  /** What to call it with. Default: nothing. */
  readonly initargs?: readonly unknown[] | undefined;
  /** After so many tasks, where a chunk of a map is one, a worker is replaced. Default: never. */
  readonly maxTasksPerChild?: number | undefined;
  /** 'thread' for worker threads of this process, which start faster, share its memory limit, and die with it. Default: 'process'. */
  readonly runtime?: 'process' | 'thread' | undefined;
  /** Whether the task that a worker was running when it died rejects, or is begun again. Default: 'reject'. */
  readonly onWorkerDeath?: 'reject' | 'retry' | undefined;
  /** With 'retry', how many times a task is begun again. One more worker dies of it at most. Default: 3. */
  readonly retries?: number | undefined;
  /** Milliseconds that a task has to end by itself after an abort or a timeout; then its worker is killed. Default: 500. */
  readonly grace?: number | undefined;
}

/** The registry of shared memory has room for 4095 threads of all programs of a user together. */
const MAX_PROCESSES = 4000;

export interface CheckedOptions {
  readonly processes: number;
  readonly initializer: AnyFunction | undefined;
  readonly initargs: readonly unknown[];
  readonly maxTasksPerChild: number;
  readonly runtime: 'process' | 'thread';
  /** How many times a task may be begun again. */
  readonly retries: number;
  readonly grace: number;
}

/**
 * The options, checked.
 *
 * @throws {TypeError} If one is not of its type.
 * @throws {RangeError} If one is out of range.
 */
export function checkOptions(options: PoolOptions): CheckedOptions {
  const given: unknown = options;
  if (typeof given !== 'object' || given === null)
    throw new TypeError(`Pool takes options like { processes: 4 }, received ${inspect(given)}`);
  const { processes = cpuCount(), initializer, initargs = [], maxTasksPerChild, grace = 500 } = options;
  const { runtime = 'process', onWorkerDeath = 'reject', retries = 3 } = options;
  checkWhole('processes', processes, 1);
  if (processes > MAX_PROCESSES)
    throw new RangeError(`processes must be at most ${MAX_PROCESSES}, received ${processes}`);
  if (maxTasksPerChild !== undefined) checkWhole('maxTasksPerChild', maxTasksPerChild, 1);
  checkWhole('retries', retries, 0);
  if (typeof grace !== 'number' || !(grace >= 0))
    throw new RangeError(`grace must be a number of milliseconds from 0 on, received ${inspect(grace)}`);
  checkOneOf('runtime', runtime, ['process', 'thread']);
  checkOneOf('onWorkerDeath', onWorkerDeath, ['reject', 'retry']);
  if (initializer !== undefined) checkFunction('initializer', initializer);
  if (!Array.isArray(initargs)) throw new TypeError(`initargs must be an array, received ${inspect(initargs)}`);
  return {
    processes,
    initializer,
    initargs,
    maxTasksPerChild: maxTasksPerChild ?? Infinity,
    runtime,
    retries: onWorkerDeath === 'retry' ? retries : 0,
    grace,
  };
}

/** @throws {TypeError} If it is no number. @throws {RangeError} If it is no whole number from `min` on. */
export function checkWhole(option: string, value: unknown, min: number): void {
  if (typeof value !== 'number')
    throw new TypeError(`${option} must be a whole number from ${min} on, received ${inspect(value)}`);
  if (!Number.isSafeInteger(value) || value < min)
    throw new RangeError(`${option} must be a whole number from ${min} on, received ${value}`);
}

/** @throws {TypeError} If it is no function. */
export function checkFunction(option: string, value: unknown): void {
  if (typeof value !== 'function') throw new TypeError(`${option} must be a function, received ${inspect(value)}`);
}

function checkOneOf(option: string, value: unknown, allowed: readonly string[]): void {
  if (typeof value === 'string' && allowed.includes(value)) return;
  throw new TypeError(`${option} must be ${allowed.map((one) => `'${one}'`).join(' or ')}, received ${inspect(value)}`);
}
