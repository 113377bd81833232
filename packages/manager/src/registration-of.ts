import { classOfPrototype, isTask, moduleUrl, taskOf } from '@multiprocess/serialization';
import type { AnyFunction, ModuleLike } from '@multiprocess/serialization';
import { argumentError, checkOptions } from '@multiprocess/shared-memory';
import type { RegisteredReference, Registration } from './wire/registration.js';

/** How a class is registered. */
export interface RegisterOptions {
  /** What it is called in `create()`. Default: its own name. */
  readonly name?: string | undefined;
  /** The methods that clients may call. Default: all whose names do not begin with an underscore. */
  readonly exposed?: readonly string[] | undefined;
}

/** What the server is told of it. @throws {@link TypeError} if it is not a function, or has no name. */
export function registrationOf(module: ModuleLike, made: unknown, options: RegisterOptions): Registration {
  const url = moduleUrl(module);
  if (typeof made !== 'function' || made.name === '')
    throw argumentError('made', 'a class or function with a name', made);
  const { name = made.name, exposed } = checkOptions(options, "{ exposed: ['add'] }", ['name', 'exposed']);
  if (typeof name !== 'string' || name.startsWith('.')) {
    throw argumentError('name', 'a string that does not begin with a dot', name);
  }
  if (exposed !== undefined && !(Array.isArray(exposed) && exposed.every((method) => typeof method === 'string'))) {
    throw argumentError('exposed', 'an array of names of methods', exposed);
  }
  const reference = referenceOf(made as AnyFunction);
  return {
    name,
    module: url,
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
