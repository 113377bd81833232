import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { clock, explainRefusal, LongTimer, TimeoutError } from '@multiprocess/shared-memory';
import { formatAddress, nodeOptions } from './address.js';
import type { Address } from './address.js';
import { explainPlain, explainTls } from './explain-connect-failure.js';
import { FramedSocket } from './framed-socket.js';
import { HANDSHAKE_BYTES, introduce } from './handshake.js';

/** How to connect. */
interface ConnectSettings {
  readonly authkey: Uint8Array | undefined;
  readonly tls: ConnectionOptions | undefined;
  /** Milliseconds that all of it may take. */
  readonly timeout: number;
}

/** A connection, once both sides know each other. */
interface Connected {
  readonly socket: FramedSocket;
  /** The serializer of the manager there, '' for a listener. */
  readonly serializer: string;
}

/**
 * A connection to the listener at the address, after both sides have proved that they know the key.
 *
 * @throws what `Client.connect()` throws after it has checked its options
 */
export async function connectSocket(address: Address, settings: ConnectSettings): Promise<Connected> {
  const { authkey, timeout } = settings;
  const began = clock.now();
  const socket = new FramedSocket(await openSocket(address, settings), HANDSHAKE_BYTES);
  try {
    const serializer = await introduce(socket, { authkey, where: formatAddress(address), began, timeout });
    return { socket, serializer };
  } catch (error) {
    socket.end();
    clock.setImmediate(() => {
      socket.destroy();
    });
    throw settings.tls === undefined ? await explainPlain(address, error) : error;
  }
}

function openSocket(address: Address, { tls, timeout }: ConnectSettings): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const plain = { ...nodeOptions(address), noDelay: true };
    const socket = tls === undefined ? connect(plain) : connectTls({ ...plain, ...tls });
    const timer = new LongTimer(timeout, () => {
      fail(new TimeoutError(`No connection to ${formatAddress(address)} within ${timeout} ms`));
    });
    const fail = (error: Error): void => {
      timer.cancel();
      socket.destroy();
      const explained = explainRefusal(`connect to ${formatAddress(address)}`, error, 'address');
      reject(tls === undefined || explained !== error ? explained : explainTls(address, error));
    };
    socket.once('error', fail);
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      timer.cancel();
      socket.off('error', fail);
      resolve(socket);
    });
  });
}
