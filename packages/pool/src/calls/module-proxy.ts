import { inspect } from 'node:util';
import { argumentError, isUrl } from '@multiprocess/shared-memory';

/**
 * The exported functions of a module, as methods that call them in a worker and give promises.
 *
 * @typeParam M the type of the module: `typeof import('./worker.js')`
 */
export type ModuleProxy<M> = {
  readonly [K in keyof M as M[K] extends (...args: never[]) => unknown ? K : never]: M[K] extends (
    ...args: infer A
  ) => infer R
    ? (...args: A) => Promise<Awaited<R>>
    : never;
};

/** Calls an exported function of a module. */
type CallExport = (url: string, name: string, args: readonly unknown[]) => Promise<unknown>;

/**
 * An object whose methods call the exports of the module. Which exports there are is not known here: the module is imported
 * by the workers only. What every object has (`toString`, …) and `then` are no exports, so that the object can be awaited,
 * shown and compared like any other.
 */
export function moduleProxy<M>(url: string, call: CallExport): ModuleProxy<M> {
  const methods = new Map<string, (...args: unknown[]) => Promise<unknown>>();
  const shown = { [inspect.custom]: () => `ModuleProxy { module: ${inspect(url)} }`, toJSON: () => ({ module: url }) };
  return new Proxy(shown, {
    get(target, key) {
      if (typeof key === 'symbol' || key === 'then' || key in target) return Reflect.get(target, key) as unknown;
      let method = methods.get(key);
      if (method === undefined) {
        method = (...args) => call(url, key, args);
        Object.defineProperty(method, 'name', { value: key });
        methods.set(key, method);
      }
      return method;
    },
    set: () => false,
    defineProperty: () => false,
  }) as unknown as ModuleProxy<M>;
}

/** The URL of a module. @throws {@link TypeError} if it is not one. */
export function checkModuleUrl(module: unknown): string {
  const url = isUrl(module) ? module.href : module;
  // A relative one would be looked for in the workers, beside a file of this toolkit.
  if (typeof url === 'string' && /^[a-z][a-z0-9+.-]+:/i.test(url) && URL.canParse(url)) return url;
  throw argumentError('module', "the URL of a module, as in new URL('./worker.js', import.meta.url)", module);
}
