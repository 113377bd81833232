import { HandleError } from '@multiprocess/shared-memory';
import { ManagerSegment } from '../wire/manager-segment.js';
import type { ObjectAddress } from '../wire/object-address.js';
import { ManagerClient } from './manager-client.js';
import { RingLink } from './ring-link.js';

// One table per thread: a thread is one client of a manager, however many proxies it has.
const clients = new Map<string, ManagerClient>();

/** The client of a server that shares memory with this thread. */
export function localClient(requests: ManagerSegment): ManagerClient {
  const server = requests.segment.reference;
  const known = clients.get(server);
  if (known !== undefined) return known;
  return keep(
    new ManagerClient(
      { server, address: undefined },
      (listener) => new RingLink(requests, listener),
      () => forget(server),
    ),
  );
}

/** Remembers a client over a socket. */
export function keep(client: ManagerClient): ManagerClient {
  clients.set(client.server, client);
  return client;
}

/** The client of that server, if this thread is one. */
export function knownClient(server: string): ManagerClient | undefined {
  return clients.get(server);
}

export function forget(server: string): void {
  clients.delete(server);
}

/**
 * The client of the server at `place`: the known one, or a new one over shared memory.
 *
 * @throws {@link HandleError} if there is none and the server does not share memory with this thread.
 */
export function clientAt(place: ObjectAddress): ManagerClient {
  const known = clients.get(place.server);
  if (known !== undefined) return known;
  try {
    return localClient(ManagerSegment.attach(place.server));
  } catch (cause) {
    if (place.address === undefined) {
      throw new HandleError('The manager of this object is gone: shut down, or its process has died', { cause });
    }
    throw new HandleError(
      `This object is of a manager elsewhere: first await Manager.connect({ address: ${JSON.stringify(place.address)}, authkey })`,
      { cause },
    );
  }
}
