import { currentProcess } from '@multiprocess/process';
import { checkAuthkey, checkTimeout, HandleError, ProtocolError } from '@multiprocess/shared-memory';
import { parseAddress } from './net/address.js';
import { CONNECT_MS } from './net/client.js';
import { connectSocket } from './net/connect-socket.js';
import { nextFrame } from './net/next-frame.js';
import { checkSerializer, codecOf, isSerializer } from './wire/codec.js';
import type { Serializer } from './wire/codec.js';
import { ManagerSegment } from './wire/manager-segment.js';
import { checkWelcome } from './wire/welcome.js';
import type { Welcome } from './wire/welcome.js';
import { ManagerClient } from './client/manager-client.js';
import { forget, keep, knownClient, localClient } from './client/clients.js';
import { checkTls } from './net/check-tls.js';
import type { ManagerConnectOptions } from './manager-options.js';
import { SocketLink } from './client/socket-link.js';

/**
 * The client of a manager that listens at an address. If the manager turns out to share memory with this program, the client
 * uses that: it is faster, and works while the thread is blocked.
 *
 * @throws {@link ProtocolError} if what listens there is not a manager, or has another serializer than the given one.
 * @throws what {@link connectSocket} throws
 */
export async function connectClient(options: ManagerConnectOptions): Promise<ManagerClient> {
  const { address, authkey = currentProcess().authkey, timeout = CONNECT_MS, tls } = options;
  const place = parseAddress(address);
  const wanted = options.serializer === undefined ? undefined : checkSerializer(options.serializer);
  const settings = { authkey: checkAuthkey(authkey), tls: checkTls(tls), timeout: checkTimeout({ timeout }) };
  const { socket, serializer: found } = await connectSocket(place, settings);
  let welcome: Welcome;
  let serializer: Serializer;
  try {
    serializer = checkFound(found, wanted, address);
    const first = await nextFrame(socket, settings.timeout, {
      late: `The manager at ${address} has not said which one it is within ${timeout} ms`,
      gone: `The manager at ${address} has closed the connection`,
    });
    welcome = checkWelcome(codecOf(serializer).decode(first));
  } catch (error) {
    socket.destroy();
    throw error;
  }
  const { server, client } = welcome;
  const known =
    knownClient(server) ?? (place.family !== 'tcp' && serializer === 'msgpack' ? overMemory(server) : undefined);
  if (known !== undefined) {
    socket.destroy();
    return known;
  }
  return keep(
    new ManagerClient(
      { server, address },
      (listener) => new SocketLink(socket, client, codecOf(serializer), listener),
      () => {
        forget(server);
      },
    ),
  );
}

function overMemory(server: string): ManagerClient | undefined {
  try {
    return localClient(ManagerSegment.attach(server));
  } catch (error) {
    if (error instanceof HandleError) return undefined; // of another user, another directory, or in another container
    throw error;
  }
}

/** The serializer of the manager, which is taken unless the caller insists on another. */
function checkFound(found: string, wanted: Serializer | undefined, address: string): Serializer {
  if (found === '') {
    throw new ProtocolError(`What listens at ${address} is a Listener and no manager: call it by Client.connect()`);
  }
  if (!isSerializer(found))
    throw new ProtocolError(`The manager at ${address} has a serializer that is not known here`);
  if (wanted === undefined || wanted === found) return found;
  throw new ProtocolError(
    `The manager at ${address} has the serializer '${found}', and '${wanted}' was asked for: leave serializer out to take what it has`,
  );
}
