import { importModule, resolveClass, resolveTask } from '@multiprocess/serialization';
import type { RegisteredReference, Registration } from '../wire/registration.js';

/** What makes an object, whether it is a class or a function. */
export type Make = (...args: unknown[]) => unknown;

/**
 * The class or function, importing its module if need be.
 *
 * @throws {@link TypeError} if the module does not export it.
 * @throws {@link SerializationError} if the module of a task or a registered class cannot be imported, or has none of that name.
 */
export async function loadRegistered({ module, exportName, reference }: Registration): Promise<Make> {
  const found = reference === undefined ? await findExport(module, exportName) : await findRegistered(reference);
  if (/^class\b/.test(Function.prototype.toString.call(found))) {
    return (...args) => Reflect.construct(found, args) as unknown;
  }
  return (...args) => Reflect.apply(found, undefined, args);
}

async function findRegistered(reference: RegisteredReference): Promise<Make> {
  if (reference.kind === 'task') return (await resolveTask(reference)) as Make;
  const Class: unknown = await resolveClass(reference);
  return Class as Make;
}

async function findExport(module: string, name: string): Promise<Make> {
  const exports = await importModule(module);
  for (const one of [exports[name], exports['default']]) {
    if (typeof one === 'function' && (one === exports[name] || one.name === name)) return one as Make;
  }
  throw new TypeError(
    `${module} does not export ${name}: the manager's process can only find what is exported there. Call register() in the module that exports it`,
  );
}
