import { isNode } from '../is-node.js';
import { PackageLoader } from './package-loader.js';
import type { Exports } from './package-loader.js';

// On Node, the packages of this toolkit are not loaded by Node's loader of modules, but as scripts, whose compiled code is kept:
// that takes half the time. What a program imports of a package is its `in-node.js`, which has this module in it and exports
// what the package's index does. Bundlers, Bun and Deno take the index itself. See "exports" in each package.json.

/** Where the loader of a realm is, for all copies of this module in it. `shared-memory/src/runtime/own-module.ts` looks there, too. */
const PLACE = Symbol.for('@multiprocess/packages 1');

/** The one loader of this realm. Undefined on Bun and Deno, which have the index by themselves. */
export function packageLoader(): PackageLoader | undefined {
  if (!isNode()) return undefined;
  const place = globalThis as unknown as Record<symbol, PackageLoader | undefined>;
  const found = place[PLACE];
  if (found !== undefined) return found;
  const loader = new PackageLoader();
  Object.defineProperty(globalThis, PLACE, { value: loader });
  return loader;
}

/** A module of this toolkit, in a program that begins with it. */
export async function loadModule<M>(url: string): Promise<M> {
  // eslint-disable-next-line no-restricted-syntax -- a module of this toolkit, which starts nothing
  return (packageLoader()?.load(url) ?? (await import(url))) as M;
}

/**
 * All that the `index.js` of a package exports.
 *
 * @param url of the `in-node.js` beside it, which other runtimes get from tools that take them for Node; undefined in a bundle of CommonJS
 * @throws {@link Error} if a bundler has put that module into another file
 */
export function indexBeside(url: string | undefined): Exports {
  if (url === undefined || !new URL(url).pathname.endsWith('/dist/in-node.js')) {
    throw new Error(
      `multiprocess is in ${url ?? 'a bundle in CommonJS'}, made by a bundler that does not know the condition "module" of "exports": tell it that condition, or that the packages of multiprocess are external`,
    );
  }
  const index = new URL('./index.js', url).href;
  // Node's own loader takes over where a tool has changed the file.
  return (
    packageLoader()?.load(index) ??
    (process.getBuiltinModule('node:module').createRequire(index)('./index.js') as Exports)
  );
}
