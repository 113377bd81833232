import { Managed, noSuchMethod } from './managed.js';

/** An object of a class of the user's. */
export class ManagedInstance extends Managed {
  readonly proxy = 'InstanceProxy';
  readonly target: object;
  readonly #exposed: ReadonlySet<string> | undefined;

  constructor(target: object, exposed: readonly string[] | undefined) {
    super();
    this.target = target;
    this.#exposed = exposed === undefined ? undefined : new Set(exposed);
  }

  override invoke(method: string, args: readonly unknown[]): unknown {
    const inner = args.map((arg) => (arg instanceof ManagedInstance ? arg.target : arg));
    const own: unknown = this.#isExposed(method) ? Reflect.get(this.target, method) : undefined;
    if (typeof own === 'function') return Reflect.apply(own, this.target, inner);
    throw noSuchMethod(this.target.constructor.name, method);
  }

  /** Not what every object of JavaScript has: through `constructor` or `__defineGetter__` there would be no end. */
  #isExposed(method: string): boolean {
    if (this.#exposed !== undefined) return this.#exposed.has(method);
    return !method.startsWith('_') && !(method in Object.prototype);
  }
}
