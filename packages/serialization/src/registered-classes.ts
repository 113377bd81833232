import { inspect } from 'node:util';
import { SerializationError } from '@multiprocess/shared-memory';
import { claimClass } from './claim-class.js';
import { loadModuleSync } from './load-module.js';
import { moduleUrl } from './module-like.js';
import type { ModuleLike } from './module-like.js';
import type { AnyClass } from './registered-types.js';

/** Where a class can be found. */
export interface ClassReference {
  /** The URL of the module that defines it. */
  readonly module: string;
  readonly name: string;
}

// Two tables a thread, filled while modules are being imported.
const byPrototype = new Map<object, ClassReference>();
const byReference = new Map<string, AnyClass>();

function keyOf({ module, name }: ClassReference): string {
  return `${name}@${module}`;
}

/**
 * Makes a class, and its instances, travel by reference: the other process imports the module, gives an object the
 * class's prototype and the instance's own enumerable properties, and does not call the constructor. Private fields
 * do not travel; for a class that has some there is `registerType`.
 *
 * To be called while the module is being imported. The module must not use top-level await.
 *
 * @example
 * ```ts source="./serialization.examples.ts#registerClass"
 * export class Point {
 *   x = 0;
 *   y = 0;
 * }
 * registerClass(import.meta, Point); // whoever receives one imports this module
 * ```
 * @throws {TypeError} If `Class` is no class or has no name, or it or the name is registered already.
 */
export function registerClass(module: ModuleLike, Class: AnyClass): void {
  const url = moduleUrl(module);
  const prototype: unknown = typeof Class === 'function' ? Class.prototype : undefined;
  if (typeof prototype !== 'object' || prototype === null) {
    throw new TypeError(`The second argument is a class, received ${inspect(Class, { depth: 0 })}`);
  }
  if (Class.name === '') throw new TypeError(`A class needs a name to be registered, received ${String(Class)}`);
  const reference: ClassReference = { module: url, name: Class.name };
  const known = byReference.get(keyOf(reference));
  // The same source again is the same module again, as test runners and reloaders evaluate it.
  if (known !== undefined && (known === Class || String(known) !== String(Class))) {
    throw new TypeError(`${url} has registered a class called ${Class.name} already`);
  }
  claimClass(Class);
  byReference.set(keyOf(reference), Class);
  byPrototype.set(prototype, Object.freeze(reference));
}

/** Where the class with that very prototype can be found, if it is registered. */
export function classOfPrototype(prototype: object): ClassReference | undefined {
  return byPrototype.get(prototype);
}

/**
 * The class, loading its module if need be.
 *
 * @throws {SerializationError} If the module cannot be loaded, or does not register such a class.
 */
export function loadClass(reference: ClassReference): AnyClass {
  if (!byReference.has(keyOf(reference))) loadModuleSync(reference.module);
  const Class = byReference.get(keyOf(reference));
  if (Class !== undefined) return Class;
  throw new SerializationError(
    `${reference.module} has no class called ${reference.name}: registerClass(import.meta, ${reference.name}) must be called while it is imported`,
  );
}
