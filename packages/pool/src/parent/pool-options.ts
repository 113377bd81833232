import { cpuCount } from '@multiprocess/process';
import type { AnyFunction } from '@multiprocess/serialization';
import {
  checkArray,
  checkFunction,
  checkInteger,
  checkNumber,
  checkOneOf,
  checkOptions,
} from '@multiprocess/shared-memory';

/** Options of a {@link Pool}. */
export interface PoolOptions {
  /** How many workers, at most 4000. Default: one for each processor that this process may use. */
  readonly processes?: number | undefined;
  /** Called in each worker before its first task; may return a promise. If it fails, all calls do. Default: none. */
  readonly initializer?: ((...args: never[]) => unknown) | undefined;
  /** The arguments of `initializer`. Default: none. */
  readonly initargs?: readonly unknown[] | undefined;
  /** A worker is replaced after so many tasks; a chunk of a map counts as one. Default: never. */
  readonly maxTasksPerChild?: number | undefined;
  /** 'thread': worker threads of this process, which start faster, share its memory limit, and end with it. Default: 'process'. */
  readonly runtime?: 'process' | 'thread' | undefined;
  /** What becomes of the task that a worker was running when it died: it rejects, or is begun again. Default: 'reject'. */
  readonly onWorkerDeath?: 'reject' | 'retry' | undefined;
  /** With 'retry': how many times a task is begun again. Default: 3. */
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
 * @throws {@link TypeError} if one is not of its type.
 * @throws {@link RangeError} if one is out of range.
 */
export function checkPoolOptions(options: PoolOptions): CheckedOptions {
  const {
    processes = cpuCount(),
    initializer,
    initargs = [],
    maxTasksPerChild,
    runtime = 'process',
    onWorkerDeath = 'reject',
    retries = 3,
    grace = 500,
  } = checkOptions(options, '{ processes: 4 }');
  checkInteger('processes', processes, { min: 1, max: MAX_PROCESSES });
  if (initializer !== undefined) checkFunction('initializer', initializer);
  checkArray('initargs', initargs);
  if (maxTasksPerChild !== undefined) checkInteger('maxTasksPerChild', maxTasksPerChild, { min: 1 });
  checkOneOf('runtime', runtime, ['process', 'thread']);
  checkOneOf('onWorkerDeath', onWorkerDeath, ['reject', 'retry']);
  checkInteger('retries', retries);
  checkNumber('grace', grace, { unit: 'milliseconds' });
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
