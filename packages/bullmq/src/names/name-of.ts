import { fileURLToPath } from 'node:url';
import { isTask, taskOf } from '@multiprocess/serialization';
import type { AnyFunction } from '@multiprocess/serialization';
import { argumentError } from '@multiprocess/shared-memory';
import { formatName, namedVersion, parseName } from './function-name.js';
import { packageOf, subpathOf } from './installed-package.js';

/** A function by its name, for callers that do not have its package: `@acme/jobs#resize@1.4`. */
export type TaskName = `${string}#${string}@${string}`;

/** What a distributed pool can call: a task that a package exports, or the name of one. */
export type PackageTask<A extends readonly unknown[], R> = ((...args: A) => R) | TaskName;

const HOW = 'Export it from a package with a name, a version and `exports`, and install that on each host';

/**
 * The name under which all hosts find a function.
 *
 * @throws {@link TypeError} if they could not: it is no task, or not of a package, or its package does not export its module.
 */
export function nameOf(fn: AnyFunction | string): string {
  if (typeof fn === 'string') return formatName(parseName(fn));
  if (typeof fn !== 'function') {
    throw argumentError('fn', 'a task that a package exports, or its name like @acme/jobs#resize@1.4', fn);
  }
  if (!isTask(fn)) {
    const { name: own } = fn as AnyFunction;
    const shown = own === '' ? 'A function without a name' : `The function ${own}`;
    throw new TypeError(
      `${shown} cannot be sent to other hosts: source is refused there. Make it a task, task(import.meta, function …), and: ${HOW}`,
    );
  }
  const known = names.get(fn);
  if (known !== undefined) return known;
  const { module, name } = taskOf(fn);
  const found = nameInPackage(module, name);
  names.set(fn, found);
  return found;
}

// The files of a package do not change while it is imported.
const names = new WeakMap<AnyFunction, string>();

function nameInPackage(module: string, name: string): string {
  const file = module.startsWith('file:') ? fileURLToPath(module) : undefined;
  const found = file === undefined ? undefined : packageOf(file);
  if (file === undefined || found === undefined) {
    throw new TypeError(
      `${name} of ${module} is in no package: other hosts do not have that file, and a URL is refused there. ${HOW}`,
    );
  }
  const subpath = subpathOf(found, file);
  if (subpath === undefined) {
    const example = `${found.name}#${name}@${namedVersion(found.version)}`;
    throw new TypeError(
      `${name} of ${module} cannot be imported by other hosts: its module is not in the \`exports\` of ${found.name}. ` +
        `Add it there, or give the name under which a module that is there exports it, such as '${example}'`,
    );
  }
  return formatName({ package: found.name, subpath, export: name, version: namedVersion(found.version) });
}
