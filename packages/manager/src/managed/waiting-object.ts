import { Managed, noSuchMethod } from './managed.js';
import type { Call } from './call.js';

/** What a client may call: with who calls, and what else there is. */
export type Operation = (call: Call, ...args: readonly unknown[]) => unknown;

/** An object whose operations may wait, or ask who calls. */
export abstract class WaitingObject extends Managed {
  protected abstract readonly operations: Readonly<Record<string, Operation>>;

  override invoke(method: string, args: readonly unknown[], call: Call): unknown {
    if (!Object.hasOwn(this.operations, method)) throw noSuchMethod(this.proxy, method);
    return this.operations[method]!(call, ...args);
  }
}
