import {
  argumentError,
  checkArray,
  checkBoolean,
  checkKnown,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkString,
  isUrl,
} from '@multiprocess/shared-memory';
import type { StdioEntry } from './stdio-entry.js';
import type { TerminateOptions } from './termination.js';
import { threadStdio } from './thread-stdio.js';

const STDIO_WORDS: readonly unknown[] = ['ignore', 'inherit', 'pipe'];
const ENTRY_WORDS: readonly unknown[] = [...STDIO_WORDS, 'overlapped', null, undefined];

/** Limits of the memory of one thread, in MiB, as the `resourceLimits` of a `Worker` of Node. */
export interface ThreadLimits {
  /** Of objects that have survived some garbage collections. Reaching it ends the thread. Default: Node's. */
  readonly maxOldGenerationSizeMb?: number | undefined;
  /** Of new objects. Default: Node's. */
  readonly maxYoungGenerationSizeMb?: number | undefined;
  /** Of compiled code. Default: Node's. */
  readonly codeRangeSizeMb?: number | undefined;
  /** Of its stack. Default: 4. */
  readonly stackSizeMb?: number | undefined;
}

/** Options of a {@link Process}. */
export interface ProcessOptions<A extends readonly unknown[] = readonly unknown[]> {
  /** A task, or a function that refers to nothing outside of itself. It may return a promise. Default: none, the child ends at once. */
  readonly target?: ((...args: A) => unknown) | undefined;
  /** The arguments of `target`. Default: none; the compiler reports it if the function needs some. */
  readonly args?: readonly [...A] | undefined;
  /** Its name in messages, which need not be unique. Default: `Process-1`, `Process-2`, …, and `Process-2:1` for the first child of the second. */
  readonly name?: string | undefined;
  /** Ends with its parent, which does not wait for it. Default: the value of the process that creates it. */
  readonly daemon?: boolean | undefined;
  /** Its working directory. Default: the parent's. */
  readonly cwd?: string | URL | undefined;
  /** Its complete environment. Default: the parent's. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /**
   * Command-line options of Node. Default: the parent's, without `--eval` and the like. A thread gets only those that a
   * thread can have; `--max-old-space-size` given here limits that thread.
   */
  readonly execArgv?: readonly string[] | undefined;
  /** Limits of a thread; they come before those in its `execArgv`. A process has `execArgv` alone. Default: none. */
  readonly resourceLimits?: ThreadLimits | undefined;
  /** Its standard streams. Default: `['ignore', 'inherit', 'inherit']`: its input is empty. */
  readonly stdio?: 'ignore' | 'inherit' | 'pipe' | readonly StdioEntry[] | undefined;
  /**
   * 'thread' runs it as a worker thread of this process. It starts faster, shares the `cwd` and the limits of this process,
   * and ends with it. `terminate` and `kill` both end it at once, and `signalCode` tells which. Default: 'process'.
   */
  readonly runtime?: 'process' | 'thread' | undefined;
  /** Outlives its parent, in a session of its own. Default: false. */
  readonly detached?: boolean | undefined;
}

/** The names of these options. */
export const PROCESS_OPTIONS = [
  'target',
  'args',
  'name',
  'daemon',
  'cwd',
  'env',
  'execArgv',
  'resourceLimits',
  'stdio',
  'runtime',
  'detached',
] as const;

/** The options that `child_process.spawn` or `Worker` has as well. */
export type SpawnSettings = Pick<
  ProcessOptions,
  'cwd' | 'env' | 'execArgv' | 'resourceLimits' | 'stdio' | 'detached' | 'runtime'
>;

/**
 * The options that are checked by their type alone.
 *
 * @throws {@link TypeError} if one is not of its type, or not for this runtime.
 * @throws {@link RangeError} if a limit is out of range.
 */
export function checkedSpawnSettings(options: SpawnSettings): SpawnSettings {
  const { cwd, env, execArgv, resourceLimits, stdio, detached, runtime } = options;
  if (cwd !== undefined && typeof cwd !== 'string' && !isUrl(cwd)) throw argumentError('cwd', 'a path', cwd);
  if (env !== undefined && (!isObject(env) || Array.isArray(env)))
    throw argumentError('env', 'an object like process.env', env);
  if (execArgv !== undefined) {
    checkArray('execArgv', execArgv, 'an array of strings').forEach((one, i) => checkString(`execArgv[${i}]`, one));
  }
  if (resourceLimits !== undefined) checkLimits(resourceLimits);
  if (detached !== undefined) checkBoolean('detached', detached);
  if (stdio !== undefined) checkStdio(stdio);
  if (runtime !== undefined) checkOneOf('runtime', runtime, ['process', 'thread']);
  if (runtime === 'thread') {
    if (cwd !== undefined) throw new TypeError('cwd is for processes: the threads of a process share theirs');
    if (detached === true) throw new TypeError('detached is for processes: a thread ends with its process');
    threadStdio(stdio);
  } else if (resourceLimits !== undefined) {
    throw new TypeError(
      "resourceLimits is for threads: give a process flags, as in execArgv: ['--max-old-space-size=512']",
    );
  }
  return { cwd, env, execArgv, resourceLimits, stdio, detached, runtime };
}

function checkLimits(limits: ThreadLimits): void {
  if (!isObject(limits) || Array.isArray(limits))
    throw argumentError('resourceLimits', 'an object like { maxOldGenerationSizeMb: 64 }', limits);
  const { maxOldGenerationSizeMb, maxYoungGenerationSizeMb, codeRangeSizeMb, stackSizeMb } = limits;
  checkKnown(limits, ['maxOldGenerationSizeMb', 'maxYoungGenerationSizeMb', 'codeRangeSizeMb', 'stackSizeMb']);
  const all = { maxOldGenerationSizeMb, maxYoungGenerationSizeMb, codeRangeSizeMb, stackSizeMb };
  for (const [name, value] of Object.entries(all))
    if (value !== undefined) checkNumber(`resourceLimits.${name}`, value, { min: 1, unit: 'MiB' });
}

function checkStdio(stdio: unknown): void {
  if (!Array.isArray(stdio)) {
    if (STDIO_WORDS.includes(stdio)) return;
    throw argumentError('stdio', "'ignore', 'inherit', 'pipe' or an array", stdio);
  }
  if (stdio.includes('ipc')) {
    throw argumentError('stdio', "an array without 'ipc' (processes talk through queues and pipes)", stdio);
  }
  stdio.forEach((entry: unknown, index) => {
    const isDescriptor = Number.isSafeInteger(entry) && (entry as number) >= 0;
    if (isDescriptor || isStream(entry) || ENTRY_WORDS.includes(entry)) return;
    throw argumentError(`stdio[${index}]`, "'ignore', 'inherit', 'pipe', a descriptor or a stream that has one", entry);
  });
}

/** Does not use `instanceof`: loading `node:stream` would cost every child. */
function isStream(entry: unknown): boolean {
  return isObject(entry) && 'pipe' in entry && typeof entry.pipe === 'function';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/**
 * @throws {@link TypeError} if an option of `terminate` is not of its type.
 * @throws {@link RangeError} if `grace` is negative or NaN.
 */
export function checkTerminate(options: TerminateOptions): void {
  const { tree, grace } = checkOptions(options, '{ tree: true, grace: 1000 }', ['tree', 'grace']);
  if (tree !== undefined) checkBoolean('tree', tree);
  if (grace !== undefined) checkNumber('grace', grace, { unit: 'milliseconds' });
}

/** @throws {@link TypeError} if they cannot be iterated, or are a string. */
export function checkedArguments(args: unknown): readonly unknown[] {
  if (args === undefined) return [];
  if (isObject(args) && Symbol.iterator in args) return [...(args as Iterable<unknown>)];
  throw argumentError('args', 'an array of arguments', args);
}
