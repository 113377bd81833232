import { HandleError, parseHandle, registerKind } from '@multiprocess/shared-memory';
import type { SharedObject } from '@multiprocess/shared-memory';
import { clientAt } from '../client/clients.js';
import { hostedObject } from '../wire/hosted.js';
import { parsePlace } from '../wire/reference.js';
import type { Target } from '../client/target.js';
import type { ManagerProxy } from './manager-proxy.js';

/** Makes a proxy of one kind. */
type ProxyMaker<P extends ManagerProxy> = (target: Target) => P;

/**
 * Makes a kind of proxies known, so that handles of theirs become live: a proxy, or in the server the object itself.
 *
 * @returns what attaches a handle of that kind, and of no other
 */
export function registerProxy<P extends ManagerProxy>(kind: string, make: ProxyMaker<P>): (handle: string) => P {
  const attachReference = (reference: string): SharedObject => {
    const place = parsePlace(reference);
    const hosted = hostedObject(place.server, place.object);
    if (hosted !== undefined) return hosted;
    const client = clientAt(place);
    return client.proxies.find(
      place.object,
      () => make({ client, object: place.object }),
      () => {
        client.lease(place.object);
      },
    );
  };
  registerKind(`manager.${kind}`, attachReference);
  return (handle) => {
    const parsed = parseHandle(handle);
    if (parsed.kind !== `manager.${kind}`) {
      throw new HandleError(`The handle stands for a ${parsed.kind}, not for a manager.${kind}`);
    }
    return attachReference(parsed.reference) as unknown as P;
  };
}
