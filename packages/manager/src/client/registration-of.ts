import { inspect } from 'node:util';
import { pathToFileURL } from 'node:url';
import type { ModuleLike } from '@multiprocess/serialization';
import type { Registration } from '../server/registration.js';

/** How a class is registered. */
export interface RegisterOptions {
  /** What it is called in `create()`. Default: its own name. */
  readonly name?: string | undefined;
  /** The methods that may be called. Default: all whose name does not begin with an underscore. */
  readonly exposed?: readonly string[] | undefined;
}

/**
 * @param canCarry whether the serializer carries it by reference: then it need not be exported
 * @throws {TypeError} If it is no function, or has no name.
 */
export function registrationOf(
  module: ModuleLike,
  made: unknown,
  { name, exposed }: RegisterOptions,
  canCarry: (made: unknown) => boolean,
): Registration {
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
  return {
    name: called,
    module: urlOf(module),
    exportName: made.name,
    exposed,
    ...(canCarry(made) && { value: made }),
  };
}

function urlOf(module: unknown): string {
  if (typeof module === 'object' && module !== null) {
    if ('url' in module && typeof module.url === 'string') return module.url;
    if ('filename' in module && typeof module.filename === 'string') return pathToFileURL(module.filename).href;
  }
  throw new TypeError(`The first argument names the module: import.meta. Received ${inspect(module, { depth: 0 })}`);
}
