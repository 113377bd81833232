import { Managed, noSuchMethod } from './managed.js';

/** An object whose methods neither wait nor depend on the caller. */
export abstract class Container extends Managed {
  /** What clients may call. */
  protected abstract readonly exposed: ReadonlySet<string>;

  override invoke(method: string, args: readonly unknown[]): unknown {
    if (!this.exposed.has(method)) throw noSuchMethod(this.proxy, method);
    return Reflect.apply(Reflect.get(this, method) as (...args: unknown[]) => unknown, this, args);
  }
}
