import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { LongTimer, TimeoutError, explainRefusal } from '@multiprocess/shared-memory';
import { formatAddress, nodeOptions } from './address.js';
import type { Address } from './address.js';
import { FramedSocket } from './framed-socket.js';
import { HANDSHAKE_BYTES, introduce } from './handshake.js';

/** How to call somebody. */
interface ConnectSettings {
  readonly authkey: Uint8Array | undefined;
  readonly tls: ConnectionOptions | undefined;
  /** Milliseconds that all of it may take. */
  readonly timeout: number;
}

/**
 * A connection to whoever listens at the address, both sides having shown that they know the key.
 *
 * @throws {AuthenticationError} If they do not.
 * @throws {TimeoutError} If it took too long.
 * @throws {SystemError} If nothing listens there, or the system refuses it; `systemCode` says why, as `ECONNREFUSED`.
 */
export async function connectSocket(address: Address, settings: ConnectSettings): Promise<FramedSocket> {
  const deadline = performance.now() + settings.timeout;
  const socket = await openSocket(address, settings);
  const framed = new FramedSocket(socket, HANDSHAKE_BYTES);
  try {
    await introduce(framed, settings.authkey, Math.max(1, deadline - performance.now()));
    return framed;
  } catch (error) {
    framed.end();
    setImmediate(() => {
      framed.destroy();
    });
    throw error;
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
      reject(explainRefusal(`connect to ${formatAddress(address)}`, error, 'address'));
    };
    socket.once('error', fail);
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      timer.cancel();
      socket.off('error', fail);
      resolve(socket);
    });
  });
}
