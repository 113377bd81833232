import { Managed, noSuchMethod } from './managed.js';
import type { Call } from './call.js';

/** A method that a client may call: takes the call, then its arguments. */
export type Operation = (call: Call, ...args: readonly unknown[]) => unknown;

/** An object whose operations may wait, or depend on the caller. */
export abstract class OperationObject extends Managed {
  protected abstract readonly operations: Readonly<Record<string, Operation>>;

  override invoke(method: string, args: readonly unknown[], call: Call): unknown {
    if (!Object.hasOwn(this.operations, method)) throw noSuchMethod(this.proxy, method);
    return this.operations[method]!(call, ...args);
  }
}
