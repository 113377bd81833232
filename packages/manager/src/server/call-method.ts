import { NotOwnedError } from '@multiprocess/shared-memory';
import type { Call } from '../managed/call.js';
import type { Managed } from '../managed/managed.js';
import { ENTER, LEAVE } from '../methods/exclusive-methods.js';

/** Calls a method of an object on behalf of a client that may use the object now. */
export function callMethod(object: Managed, method: string, args: readonly unknown[], call: Call): unknown {
  switch (method) {
    case ENTER:
      if (!object.access.isOpen) throw new NotOwnedError('This section has the object to itself already');
      object.access.enter(call);
      return undefined;
    case LEAVE:
      object.access.leave(call);
      return undefined;
    default:
      return object.invoke(method, args, call);
  }
}
