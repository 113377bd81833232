import { checkedSpawnSettings, cpuCount } from '@multiprocess/process';
import type { SpawnSettings, ThreadLimits } from '@multiprocess/process';
import type { AnyFunction } from '@multiprocess/serialization';
import {
  checkArray,
  checkFunction,
  checkInteger,
  checkNumber,
  checkOneOf,
  checkOptions,
} from '@multiprocess/shared-memory';
import { callback } from './callbacks.js';
import type { WorkerEndInfo, WorkerInfo } from './worker-info.js';

/** Options of a {@link Pool}. */
export interface PoolOptions {
  /**
   * How many workers, at most 4000; the same as `minProcesses` and `maxProcesses` of that number. Default: one for each
   * processor that this process may use.
   */
  readonly processes?: number | undefined;
  /** How many workers are started with the pool and never end for being idle. Default: 0 with `maxProcesses`, else all. */
  readonly minProcesses?: number | undefined;
  /**
   * How many workers there may be: while there are more tasks than workers, more are started. Default: one for each
   * processor that this process may use, and at least `minProcesses`.
   */
  readonly maxProcesses?: number | undefined;
  /**
   * How many tasks may wait, besides one for each of `maxProcesses` workers. A call for which there is no room rejects with a
   * {@link QueueFullError}; an `imap` reads its inputs later. A chunk of a map is one task. Default: any number.
   */
  readonly maxQueue?: number | undefined;
  /** Milliseconds after which a worker without a task ends, down to `minProcesses`; `Infinity` for never. Default: 10 000. */
  readonly idleTimeout?: number | undefined;
  /** Called in each worker before its first task; may return a promise. If it fails, all calls do. Default: none. */
  readonly initializer?: ((...args: never[]) => unknown) | undefined;
  /** The arguments of `initializer`. Default: none; the compiler reports it if the function needs some. */
  readonly initargs?: readonly unknown[] | undefined;
  /** A worker is replaced after so many tasks; a chunk of a map counts as one. Default: never. */
  readonly maxTasksPerChild?: number | undefined;
  /** 'thread': worker threads of this process, which start faster, share its memory limit, and end with it. Default: 'process'. */
  readonly runtime?: 'process' | 'thread' | undefined;
  /** What happens to the task that a worker was running when it died: it rejects, or is started again. Default: 'reject'. */
  readonly onWorkerDeath?: 'reject' | 'retry' | undefined;
  /** With 'retry': how many times a task is started again. Default: 3. */
  readonly retries?: number | undefined;
  /** Milliseconds that a task has to end by itself after an abort or a timeout; then its worker is killed. Default: 500. */
  readonly grace?: number | undefined;
  /** The complete environment of the workers. Default: that of this process. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Command-line options of Node for the workers, as those of a `Process`. Default: those of this process. */
  readonly execArgv?: readonly string[] | undefined;
  /** Limits of each worker, with `runtime: 'thread'`: a worker that reaches them dies alone. Default: none. */
  readonly resourceLimits?: ThreadLimits | undefined;
  /** Called for each worker when it can take tasks: its `initializer` has returned. Default: none. */
  readonly onWorkerStart?: ((worker: WorkerInfo) => unknown) | undefined;
  /** Called for each worker when it has ended, for whatever reason, and before `join` returns. Default: none. */
  readonly onWorkerEnd?: ((worker: WorkerEndInfo) => unknown) | undefined;
}

/** How options give the initializer its arguments: they may leave them out only if it can be called without any. */
export type Initializing<A extends readonly unknown[]> = {
  readonly initializer?: ((...args: A) => unknown) | undefined;
} & InitialArguments<A>;

type InitialArguments<A extends readonly unknown[]> = A extends readonly never[]
  ? { readonly initargs?: readonly unknown[] | undefined } // that of PoolOptions, of which no more is known
  : [] extends A
    ? { readonly initargs?: readonly [...A] | undefined }
    : { readonly initargs: readonly [...A] };

/** The registry of shared memory has room for 4095 threads of all programs of a user together. */
/** The names of these options. */
export const POOL_OPTIONS = [
  'processes',
  'minProcesses',
  'maxProcesses',
  'maxQueue',
  'idleTimeout',
  'initializer',
  'initargs',
  'maxTasksPerChild',
  'runtime',
  'onWorkerDeath',
  'retries',
  'grace',
  'env',
  'execArgv',
  'resourceLimits',
  'onWorkerStart',
  'onWorkerEnd',
] as const;

const MAX_PROCESSES = 4000;

export interface CheckedOptions {
  readonly minProcesses: number;
  readonly maxProcesses: number;
  readonly idleTimeout: number;
  readonly maxQueue: number;
  readonly initializer: AnyFunction | undefined;
  readonly initargs: readonly unknown[];
  readonly maxTasksPerChild: number;
  /** What each worker is started with. */
  readonly settings: SpawnSettings;
  /** How many times a task may be started again. */
  readonly retries: number;
  readonly grace: number;
  readonly onWorkerStart: ((worker: WorkerInfo) => void) | undefined;
  readonly onWorkerEnd: ((worker: WorkerEndInfo) => void) | undefined;
}

/**
 * The options, checked.
 *
 * @throws {@link TypeError} if one is not of its type.
 * @throws {@link RangeError} if one is out of range.
 */
export function checkPoolOptions(options: PoolOptions): CheckedOptions {
  const {
    initializer,
    initargs = [],
    maxTasksPerChild,
    runtime = 'process',
    onWorkerDeath = 'reject',
    retries = 3,
    grace = 500,
    maxQueue,
    env,
    execArgv,
    resourceLimits,
    onWorkerStart,
    onWorkerEnd,
  } = checkOptions(options, '{ processes: 4 }', POOL_OPTIONS);
  const sizes = checkSizes(options);
  if (initializer !== undefined) checkFunction('initializer', initializer);
  checkArray('initargs', initargs);
  if (maxTasksPerChild !== undefined) checkInteger('maxTasksPerChild', maxTasksPerChild, { min: 1 });
  checkOneOf('runtime', runtime, ['process', 'thread']);
  checkOneOf('onWorkerDeath', onWorkerDeath, ['reject', 'retry']);
  checkInteger('retries', retries);
  checkNumber('grace', grace, { unit: 'milliseconds' });
  if (maxQueue !== undefined && maxQueue !== Infinity) checkInteger('maxQueue', maxQueue, { unit: 'tasks' });
  const settings = checkedSpawnSettings({ runtime, env, execArgv, resourceLimits });
  if (onWorkerStart !== undefined) checkFunction('onWorkerStart', onWorkerStart);
  if (onWorkerEnd !== undefined) checkFunction('onWorkerEnd', onWorkerEnd);
  return {
    ...sizes,
    maxQueue: maxQueue ?? Infinity,
    initializer,
    initargs,
    maxTasksPerChild: maxTasksPerChild ?? Infinity,
    settings: { ...settings, ...(env === undefined ? {} : { env: { ...env } }) }, // workers that are started later get the same
    retries: onWorkerDeath === 'retry' ? retries : 0,
    grace,
    onWorkerStart: onWorkerStart && callback(onWorkerStart),
    onWorkerEnd: onWorkerEnd && callback(onWorkerEnd),
  };
}

function checkSizes(options: PoolOptions): Pick<CheckedOptions, 'minProcesses' | 'maxProcesses' | 'idleTimeout'> {
  const { processes, minProcesses, maxProcesses, idleTimeout = 10_000 } = options;
  if (processes !== undefined) checkInteger('processes', processes, { min: 1, max: MAX_PROCESSES });
  if (minProcesses !== undefined) checkInteger('minProcesses', minProcesses, { max: MAX_PROCESSES });
  if (maxProcesses !== undefined) checkInteger('maxProcesses', maxProcesses, { min: 1, max: MAX_PROCESSES });
  checkNumber('idleTimeout', idleTimeout, { unit: 'milliseconds' });
  if (processes !== undefined && (minProcesses ?? maxProcesses) !== undefined)
    throw new TypeError('processes is a fixed number: give minProcesses and maxProcesses without it');
  const most = processes ?? maxProcesses ?? Math.max(1, cpuCount(), minProcesses ?? 0);
  const least = processes ?? minProcesses ?? (maxProcesses === undefined ? most : 0);
  if (least > most)
    throw new RangeError(`minProcesses must be at most maxProcesses, ${most}, received ${least} (number)`);
  return { minProcesses: least, maxProcesses: most, idleTimeout };
}
