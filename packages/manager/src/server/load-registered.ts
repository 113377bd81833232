import type { Registration } from './registration.js';

/** What makes an object, whether it is a class or a function. */
export type Make = (...args: unknown[]) => unknown;

/**
 * The class or function, importing its module if need be.
 *
 * @throws {TypeError} If the module does not export it.
 */
export async function loadRegistered({ module, exportName, value }: Registration): Promise<Make> {
  const found = typeof value === 'function' ? value : await findExport(module, exportName);
  if (/^class\b/.test(Function.prototype.toString.call(found))) {
    return (...args) => Reflect.construct(found, args) as unknown;
  }
  return (...args) => Reflect.apply(found, undefined, args) as unknown;
}

async function findExport(module: string, name: string): Promise<Make> {
  const exports = (await import(module)) as Record<string, unknown>;
  for (const one of [exports[name], exports['default']]) {
    if (typeof one === 'function' && (one === exports[name] || one.name === name)) return one as Make;
  }
  throw new TypeError(`${module} does not export ${name}: the manager's process can only find what is exported there`);
}
