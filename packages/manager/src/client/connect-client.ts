import { currentProcess } from '@multiprocess/process';
import { EOFError, HandleError, timeoutOf } from '@multiprocess/shared-memory';
import { parseAddress } from '../net/address.js';
import { CONNECT_MS } from '../net/client.js';
import { connectSocket } from '../net/connect-socket.js';
import type { FramedSocket } from '../net/framed-socket.js';
import { checkSerializer, codecOf } from '../wire/codec.js';
import { ManagerSegment } from '../wire/manager-segment.js';
import { checkWelcome } from '../wire/welcome.js';
import type { Welcome } from '../wire/welcome.js';
import { Client } from './client.js';
import { forget, keep, knownClient, localClient } from './clients.js';
import { checkAuthkey } from './manager-options.js';
import type { ManagerConnectOptions } from './manager-options.js';
import { SocketLink } from './socket-link.js';

/**
 * The client of a manager that listens at an address. One that turns out to share memory with this program is talked to
 * that way, once it has let us in: it is faster, and can be waited for while the thread is blocked.
 *
 * @throws what {@link connectSocket} throws
 */
export async function connectClient(options: ManagerConnectOptions): Promise<Client> {
  const { address, authkey = currentProcess().authkey, serializer = 'msgpack', timeout = CONNECT_MS, tls } = options;
  const place = parseAddress(address);
  const codec = codecOf(checkSerializer(serializer));
  const socket = await connectSocket(place, { authkey: checkAuthkey(authkey), tls, timeout: timeoutOf({ timeout }) });
  let welcome: Welcome;
  try {
    welcome = checkWelcome(codec.decode(await firstFrame(socket)));
  } catch (error) {
    socket.destroy();
    throw error;
  }
  const { server, client } = welcome;
  const known =
    knownClient(server) ?? (place.family === 'unix' && serializer === 'msgpack' ? overMemory(server) : undefined);
  if (known !== undefined) {
    socket.destroy();
    return known;
  }
  return keep(
    new Client(
      { server, address },
      (listener) => new SocketLink(socket, client, codec, listener),
      () => {
        forget(server);
      },
    ),
  );
}

function overMemory(server: string): Client | undefined {
  try {
    return localClient(ManagerSegment.attach(server));
  } catch (error) {
    if (error instanceof HandleError) return undefined; // of another user, another directory, or in another container
    throw error;
  }
}

function firstFrame(socket: FramedSocket): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    socket.receive(
      (frame) => {
        socket.receive(undefined, undefined);
        resolve(frame.slice());
      },
      (cause) => {
        reject(new EOFError('The manager has closed the connection', { cause }));
      },
    );
  });
}
