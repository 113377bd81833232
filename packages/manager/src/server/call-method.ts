import { NotOwnedError } from '@multiprocess/shared-memory';
import type { Call } from './call.js';
import type { Managed } from './managed.js';

/** Methods that every object has, beside its own: they cannot be mistaken for one, since no method begins so. */
export const ENTER = '$enter';
export const LEAVE = '$leave';

/** Calls a method of an object on behalf of a client that may use it now. */
export function callMethod(object: Managed, method: string, args: readonly unknown[], call: Call): unknown {
  switch (method) {
    case ENTER:
      if (!object.gate.isOpen) throw new NotOwnedError('This section has the object to itself already');
      object.gate.enter(call);
      return undefined;
    case LEAVE:
      object.gate.leave(call);
      return undefined;
    default:
      return object.invoke(method, args, call);
  }
}
