import { types } from 'node:util';
import { argumentError, SerializationError, threadTable } from '@multiprocess/shared-memory';
import { hasFailed, importFor, loadModuleSync } from './load-module.js';
import { keyOf, moduleUrl } from './module-like.js';
import type { ModuleLike } from './module-like.js';

/** Where a task can be found. Plain data, safe in JSON, argv and `postMessage`. */
export interface TaskReference {
  /** The URL of the module that defines it. */
  readonly module: string;
  /** The name of the function. */
  readonly name: string;
}

/** Any function. */
export type AnyFunction = (...args: never[]) => unknown;

/** How options give a function its arguments: they may leave them out only if it can be called without any. */
export type ArgumentsOption<A extends readonly unknown[]> = [] extends A
  ? { readonly args?: readonly [...A] | undefined }
  : { readonly args: readonly [...A] };

// In the global registry of symbols, so that a task is one for every copy of this package in the process.
const REFERENCE = Symbol.for('@multiprocess/task');

// Two tables per thread, by `keyOf`, filled while modules are imported: one of this copy of the package, which comes first,
// and one of all copies in the thread. A loader that makes two copies of this package may run other modules twice as well.
const own = new Map<string, AnyFunction>();
const tasks = threadTable('@multiprocess/tasks 1', () => new Map<string, AnyFunction>(), types.isMap);

/**
 * Makes a function one that can be named from another process: by its module and its own name, or the name given. Returns the
 * function.
 *
 * Call it while the module is being imported: the other process finds the function by importing the module. Give a name where a
 * minifier may change that of the function.
 *
 * @example
 * ```ts source="../serialization.examples.ts#task"
 * export const double = task(import.meta, function double(n: number) {
 *   return 2 * n;
 * });
 * ```
 * @example A name that survives a minifier
 * ```ts source="../serialization.examples.ts#named"
 * export const triple = task(import.meta, 'triple', (n: number) => 3 * n);
 * ```
 * @throws {@link TypeError} if `fn` is not a function, has no name, or shares its name with another task of the module.
 */
export function task<F extends AnyFunction>(module: ModuleLike, fn: F): F;
export function task<F extends AnyFunction>(module: ModuleLike, name: string, fn: F): F;
export function task<F extends AnyFunction>(module: ModuleLike, ...named: [fn: F] | [name: string, fn: F]): F {
  const url = moduleUrl(module);
  const { name, fn } = named.length > 1 ? given(named[0], named[1]) : ownName(named[0]);
  const reference: TaskReference = { module: url, name };
  const known = own.get(keyOf(reference));
  // The same source again is the same module again, as test runners and reloaders evaluate it.
  if (known !== undefined && known !== fn && String(known) !== String(fn)) {
    throw new TypeError(
      `${url} has a task called ${name} already. If a minifier chose that name, give each task its own: task(import.meta, 'name', fn)`,
    );
  }
  if (isTask(fn) && keyOf(taskOf(fn)) !== keyOf(reference)) {
    throw new TypeError(`${name} is a task of ${taskOf(fn).module} already`);
  }
  own.set(keyOf(reference), fn);
  tasks.set(keyOf(reference), fn);
  return brand(fn, reference);
}

function ownName<F extends AnyFunction>(fn: F | string): { name: string; fn: F } {
  if (typeof fn === 'function' && isFunction(fn) && fn.name !== '') return { name: fn.name, fn };
  const expected =
    'a function with a name, as in task(import.meta, function double(n) { … }). ' +
    "If a minifier has taken the name away, give it: task(import.meta, 'double', fn)";
  throw argumentError('fn', expected, fn);
}

function given<F extends AnyFunction>(name: F | string, fn: F | undefined): { name: string; fn: F } {
  if (typeof name !== 'string' || name === '') throw argumentError('name', "a name, such as 'double'", name);
  if (fn === undefined || !isFunction(fn))
    throw argumentError('fn', "a function, as in task(import.meta, 'double', (n) => …)", fn);
  return { name, fn };
}

/** Whether it can be called. */
function isFunction(fn: unknown): boolean {
  return typeof fn === 'function' && !/^class\b/.test(Function.prototype.toString.call(fn));
}

function brand<F extends AnyFunction>(fn: F, reference: TaskReference): F {
  return Object.defineProperty(fn, REFERENCE, { value: Object.freeze(reference), configurable: true });
}

/** Whether `value` was made by {@link task}, in this process or another. */
export function isTask(value: unknown): value is AnyFunction {
  return typeof value === 'function' && Object.hasOwn(value, REFERENCE);
}

/** Where a task can be found. @throws {@link TypeError} if `fn` is not a task. */
export function taskOf(fn: AnyFunction): TaskReference {
  if (!isTask(fn)) throw argumentError('fn', 'a task: make it one with task(import.meta, …)', fn);
  return (fn as unknown as Record<symbol, TaskReference>)[REFERENCE]!;
}

/** The task, if its module has been imported. */
export function loadedTask(reference: TaskReference): AnyFunction | undefined {
  if (hasFailed(reference.module)) return undefined;
  const found: unknown = own.get(keyOf(reference)) ?? tasks.get(keyOf(reference));
  return typeof found === 'function' ? (found as AnyFunction) : undefined;
}

/**
 * The task, importing its module if need be.
 *
 * @throws {@link SerializationError} if the module cannot be imported (`cause` says why) or has no such task.
 */
export async function resolveTask(reference: TaskReference): Promise<AnyFunction> {
  const known = loadedTask(reference);
  if (known !== undefined) return known;
  await importFor(reference, 'task');
  return loadedTask(reference) ?? missing(reference);
}

/** A function that has arrived; if it is a task, its module, which may use top-level await, is imported first. */
export async function importedFunction(fn: AnyFunction): Promise<AnyFunction> {
  return isTask(fn) ? resolveTask(taskOf(fn)) : fn;
}

/** The task. If its module has not been imported: a function that imports it when it is first called. */
export function receiveTask(reference: TaskReference): AnyFunction {
  const known = loadedTask(reference);
  if (known !== undefined) return known;
  const stub = function (this: unknown, ...args: never[]): unknown {
    if (loadedTask(reference) === undefined) loadModuleSync(reference.module);
    const fn = loadedTask(reference) ?? missing(reference);
    return Reflect.apply(fn, this, args);
  };
  Object.defineProperty(stub, 'name', { value: reference.name, configurable: true });
  return brand(stub, reference);
}

function missing({ module, name }: TaskReference): never {
  throw new SerializationError(
    `${module} has no task called ${name}: task(import.meta, function ${name}(…) { … }) must be called while it is imported`,
  );
}
