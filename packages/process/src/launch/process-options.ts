import { inspect, types } from 'node:util';
import { isUrl } from '@multiprocess/shared-memory';
import type { StdioEntry } from './stdio-entry.js';
import { threadStdio } from './thread-stdio.js';

const STDIO_WORDS: readonly unknown[] = ['ignore', 'inherit', 'pipe', 'overlapped'];

/** What to make a {@link Process} with. */
export interface ProcessOptions<A extends readonly unknown[] = readonly unknown[]> {
  /** A task, or a function whose source says all it needs. It may return a promise. Default: none, the child ends at once. */
  readonly target?: ((...args: A) => unknown) | undefined;
  /** What to call it with. Default: nothing. */
  readonly args?: A | undefined;
  /** For people. Default: `Process-1`, `Process-2`, …, and `Process-2:1` for the first child of the second. */
  readonly name?: string | undefined;
  /** Ends with its parent, which does not wait for it. Default: what the process is that makes it. */
  readonly daemon?: boolean | undefined;
  /** Directory to run in. Default: that of the parent. */
  readonly cwd?: string | URL | undefined;
  /** All of its environment. Default: that of the parent. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /**
   * Arguments for Node itself. Default: those of the parent, without its `--eval` and the like. A thread gets those of them
   * that are not about the whole process; `--max-old-space-size` given here limits that thread.
   */
  readonly execArgv?: readonly string[] | undefined;
  /** Its standard streams. Default: `['ignore', 'inherit', 'inherit']`, so that input ends at once. */
  readonly stdio?: 'ignore' | 'inherit' | 'pipe' | readonly StdioEntry[] | undefined;
  /**
   * 'thread' for a worker thread of this process, which starts faster and shares its `cwd`, its limits and its end.
   * `terminate` and `kill` end it alike, as if by that signal. Default: 'process'.
   */
  readonly runtime?: 'process' | 'thread' | undefined;
  /** Survives its parent, in a session of its own. Default: false. */
  readonly detached?: boolean | undefined;
}

/** The options that are those of `child_process.spawn`. */
export type SpawnSettings = Pick<ProcessOptions, 'cwd' | 'env' | 'execArgv' | 'stdio' | 'detached' | 'runtime'>;

/** @throws {TypeError} If they are no object, as a bare target is. */
export function checkOptions(options: unknown): void {
  if (!isObject(options))
    throw new TypeError(`Process takes options like { target, args }, received ${describe(options)}`);
}

/** The options that need no other check than their type, checked. */
export function checkedSpawnSettings(options: ProcessOptions<never>): SpawnSettings {
  const { cwd, env, execArgv, stdio, detached, runtime } = options;
  const isText = (value: unknown): boolean => typeof value === 'string';
  check('cwd', 'a path', cwd, isText(cwd) || isUrl(cwd));
  check('env', 'an object', env, isObject(env));
  check('execArgv', 'an array of strings', execArgv, Array.isArray(execArgv) && execArgv.every(isText));
  check('detached', 'true or false', detached, typeof detached === 'boolean');
  check('stdio', "'ignore', 'inherit', 'pipe' or an array", stdio, isStdio(stdio));
  if (Array.isArray(stdio) && stdio.includes('ipc')) {
    throw new TypeError(
      "stdio must not contain 'ipc': processes talk through queues and pipes, received " + inspect(stdio),
    );
  }
  if (Array.isArray(stdio)) stdio.forEach(checkStdioEntry);
  check('runtime', "'process' or 'thread'", runtime, runtime === 'process' || runtime === 'thread');
  if (runtime === 'thread') {
    if (cwd !== undefined) throw new TypeError('cwd is for processes: the threads of a process share theirs');
    if (detached === true) throw new TypeError('detached is for processes: a thread ends with its process');
    threadStdio(stdio);
  }
  return { cwd, env, execArgv, stdio, detached, runtime };
}

/** @throws {TypeError} If an option of `terminate` is not of its type. */
export function checkTerminate(options: unknown): void {
  if (!isObject(options))
    throw new TypeError(`terminate() takes options like { tree, grace }, received ${describe(options)}`);
  const { tree, grace } = options as { readonly tree?: unknown; readonly grace?: unknown };
  check('tree', 'true or false', tree, typeof tree === 'boolean');
  check('grace', 'a number of milliseconds from 0 on', grace, typeof grace === 'number' && grace >= 0);
}

/** Whatever its type says it is. */
function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isStdio(stdio: unknown): boolean {
  return Array.isArray(stdio) || (typeof stdio === 'string' && ['ignore', 'inherit', 'pipe'].includes(stdio));
}

function checkStdioEntry(entry: unknown, index: number): void {
  const isDescriptor = Number.isSafeInteger(entry) && (entry as number) >= 0;
  const right = entry === null || isDescriptor || isStream(entry) || STDIO_WORDS.includes(entry);
  check(`stdio[${index}]`, "'ignore', 'inherit', 'pipe', a descriptor or a stream that has one", entry, right);
}

/** Loading `node:stream` to ask for its class would cost every child. */
function isStream(entry: unknown): boolean {
  return isObject(entry) && 'pipe' in entry && typeof entry.pipe === 'function';
}

function check(option: string, wanted: string, value: unknown, right: boolean): void {
  if (value !== undefined && !right) throw new TypeError(`${option} must be ${wanted}, received ${describe(value)}`);
}

/** @throws {TypeError} If it is no function. */
export function checkedTarget<A extends readonly unknown[]>(
  options: ProcessOptions<A>,
): ((...args: A) => unknown) | undefined {
  check('target', 'a function', options.target, typeof options.target === 'function');
  return options.target;
}

/** @throws {TypeError} If they cannot be iterated, or are a string. */
export function checkedArguments(args: unknown): readonly unknown[] {
  if (args === undefined) return [];
  if (isObject(args) && Symbol.iterator in args) return [...(args as Iterable<unknown>)];
  throw new TypeError(`args must be an array of arguments, received ${describe(args)}`);
}

/** @throws {TypeError} If it is no string. */
export function checkedName(name: unknown): string {
  if (typeof name !== 'string') throw new TypeError(`name must be a string, received ${describe(name)}`);
  return name;
}

/** @throws {TypeError} If it is no boolean. */
export function checkedDaemon(daemon: unknown): boolean {
  if (typeof daemon !== 'boolean') throw new TypeError(`daemon must be true or false, received ${describe(daemon)}`);
  return daemon;
}

/** A copy. @throws {TypeError} If it is no `Uint8Array`. */
export function checkedAuthkey(authkey: unknown): Uint8Array {
  if (!types.isUint8Array(authkey)) throw new TypeError(`authkey must be a Uint8Array, received ${typeof authkey}`);
  return new Uint8Array(authkey);
}

function describe(value: unknown): string {
  return `${inspect(value, { depth: 0, maxStringLength: 60 })} (${typeof value})`;
}
