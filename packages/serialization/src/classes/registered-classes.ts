import { types } from 'node:util';
import { argumentError, SerializationError, threadTable } from '@multiprocess/shared-memory';
import type { AnyClass } from './any-class.js';
import { claimClass } from './claim-class.js';
import { hasFailed, importFor, loadModuleSync } from '../functions/load-module.js';
import { keyOf, moduleUrl } from '../functions/module-like.js';
import type { ModuleLike } from '../functions/module-like.js';

/** Where a class can be found. */
export interface ClassReference {
  /** The URL of the module that defines it. */
  readonly module: string;
  readonly name: string;
}

// One table of this copy of the package, and two of all copies in the thread; see `task.ts`.
const own = new Map<string, AnyClass>();
const byPrototype = threadTable(
  '@multiprocess/classes by prototype 1',
  () => new Map<object, ClassReference>(),
  types.isMap,
);
const byReference = threadTable('@multiprocess/classes by reference 1', () => new Map<string, AnyClass>(), types.isMap);

/**
 * Makes a class, and its instances, travel by reference: the other process imports the module, gives an object the
 * class's prototype and the instance's own enumerable properties, and does not call the constructor. Private fields
 * do not travel; for a class that has some there is `registerType`.
 *
 * Call it while the module is being imported. If the module uses top-level await, forms that block cannot receive
 * an instance before it has been imported.
 *
 * @example
 * ```ts source="../serialization.examples.ts#registerClass"
 * export class Point {
 *   x = 0;
 *   y = 0;
 * }
 * registerClass(import.meta, Point); // the receiver of a Point imports this module
 * ```
 * @throws {@link TypeError} if `Class` is not a class or has no name, or it or its name is registered already.
 */
export function registerClass(module: ModuleLike, Class: AnyClass): void {
  const url = moduleUrl(module);
  const prototype: unknown = typeof Class === 'function' ? Class.prototype : undefined;
  if (typeof prototype !== 'object' || prototype === null || Class.name === '') {
    throw argumentError('Class', 'a class with a name (minifiers can keep names: esbuild by --keep-names)', Class);
  }
  const reference: ClassReference = { module: url, name: Class.name };
  const known = own.get(keyOf(reference));
  // The same source again is the same module again, as test runners and reloaders evaluate it.
  if (known !== undefined && (known === Class || String(known) !== String(Class))) {
    throw new TypeError(`${url} has registered a class called ${Class.name} already`);
  }
  claimClass(Class);
  own.set(keyOf(reference), Class);
  byReference.set(keyOf(reference), Class);
  byPrototype.set(prototype, Object.freeze(reference));
}

/** Where the class with that very prototype can be found, if it is registered. */
export function classOfPrototype(prototype: object): ClassReference | undefined {
  return byPrototype.get(prototype);
}

/** The class, if its module has been imported already. */
export function loadedClass(reference: ClassReference): AnyClass | undefined {
  if (hasFailed(reference.module)) return undefined;
  const found: unknown = own.get(keyOf(reference)) ?? byReference.get(keyOf(reference));
  return typeof found === 'function' ? (found as AnyClass) : undefined;
}

/**
 * The class, importing its module if need be.
 *
 * @throws {@link SerializationError} if the module cannot be imported (`cause` says why) or registers no such class.
 */
export async function resolveClass(reference: ClassReference): Promise<AnyClass> {
  const known = loadedClass(reference);
  if (known !== undefined) return known;
  await importFor(reference, 'class');
  return loadedClass(reference) ?? missing(reference);
}

/**
 * The class, loading its module if need be.
 *
 * @throws {@link SerializationError} if the module cannot be loaded, or does not register such a class.
 */
export function loadClass(reference: ClassReference): AnyClass {
  if (loadedClass(reference) === undefined) loadModuleSync(reference.module);
  const Class = loadedClass(reference);
  return Class ?? missing(reference);
}

function missing({ module, name }: ClassReference): never {
  throw new SerializationError(
    `${module} has no class called ${name}: registerClass(import.meta, ${name}) must be called while it is imported`,
  );
}
