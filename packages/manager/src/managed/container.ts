import { Managed, noSuchMethod } from './managed.js';

/**
 * An object whose methods neither wait nor depend on the caller. Clients may call every method of its class; keep other
 * functions private, by `#`.
 */
export abstract class Container extends Managed {
  override invoke(method: string, args: readonly unknown[]): unknown {
    const methods = Object.getPrototypeOf(this) as object;
    if (!Object.hasOwn(methods, method) || method === 'constructor') throw noSuchMethod(this.proxy, method);
    return Reflect.apply(Reflect.get(this, method) as (...args: unknown[]) => unknown, this, args);
  }
}

/** The names of the methods that clients may call. */
export function methodsOf(Class: { readonly prototype: Container }): string[] {
  return Object.getOwnPropertyNames(Class.prototype).filter((name) => name !== 'constructor');
}
