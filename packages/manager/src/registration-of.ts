import { inspect } from 'node:util';
import { pathToFileURL } from 'node:url';
import { classOfPrototype, isTask, taskOf } from '@multiprocess/serialization';
import type { AnyFunction, ModuleLike } from '@multiprocess/serialization';
import type { RegisteredReference, Registration } from './wire/registration.js';

/** How a class is registered. */
export interface RegisterOptions {
  /** What it is called in `create()`. Default: its own name. */
  readonly name?: string | undefined;
  /** The methods that may be called. Default: all whose name does not begin with an underscore. */
  readonly exposed?: readonly string[] | undefined;
}

/**
 * What the server is told of it.
 *
 * @throws {TypeError} If it is no function, or has no name.
 */
export function registrationOf(module: ModuleLike, made: unknown, { name, exposed }: RegisterOptions): Registration {
  if (typeof made !== 'function' || made.name === '') {
    throw new TypeError(`A class or function with a name is registered, received ${inspect(made, { depth: 0 })}`);
  }
  const called = name ?? made.name;
  const wanted: unknown = called;
  if (typeof wanted !== 'string' || wanted.startsWith('.'))
    throw new TypeError(
      `name must be a string that does not begin with a dot, received ${inspect(called, { depth: 0 })}`,
    );
  if (exposed !== undefined && !(Array.isArray(exposed) && exposed.every((method) => typeof method === 'string')))
    throw new TypeError(`exposed must be an array of names of methods, received ${inspect(exposed, { depth: 0 })}`);
  const reference = referenceOf(made as AnyFunction);
  return {
    name: called,
    module: urlOf(module),
    exportName: made.name,
    exposed,
    ...(reference !== undefined && { reference }),
  };
}

/** Where a task, or a class that travels by reference, is. */
function referenceOf(made: AnyFunction): RegisteredReference | undefined {
  if (isTask(made)) return { kind: 'task', ...taskOf(made) };
  const { prototype } = made as { readonly prototype?: unknown };
  const reference = typeof prototype === 'object' && prototype !== null ? classOfPrototype(prototype) : undefined;
  return reference === undefined ? undefined : { kind: 'class', ...reference };
}

function urlOf(module: unknown): string {
  if (typeof module === 'object' && module !== null) {
    if ('url' in module && typeof module.url === 'string') return module.url;
    if ('filename' in module && typeof module.filename === 'string') return pathToFileURL(module.filename).href;
  }
  throw new TypeError(`The first argument names the module: import.meta. Received ${inspect(module, { depth: 0 })}`);
}
