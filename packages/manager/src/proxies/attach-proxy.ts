import { HandleError, parseHandle, registerKind } from '@multiprocess/shared-memory';
import type { SharedObject } from '@multiprocess/shared-memory';
import { clientAt } from '../client/clients.js';
import { hostedObject } from '../wire/hosted.js';
import { parseObjectAddress } from '../wire/object-address.js';
import type { Target } from '../client/target.js';
import type { ManagerProxy } from './manager-proxy.js';

type Attach<P> = (handle: string) => P;

/**
 * Makes a kind of proxies known, so that their handles become live: a proxy, or in the server the object itself.
 *
 * @returns what attaches a handle of that kind, and of no other
 */
export function registerProxy<P extends ManagerProxy>(kind: string, Proxy: new (target: Target) => P): Attach<P> {
  return registerProxyMaker(kind, (target) => new Proxy(target));
}

/** The same for proxies that a function makes. */
export function registerProxyMaker<P extends ManagerProxy>(kind: string, make: (target: Target) => P): Attach<P> {
  const attachReference = (reference: string): SharedObject => {
    const place = parseObjectAddress(reference);
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
