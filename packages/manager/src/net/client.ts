import type { ConnectionOptions } from 'node:tls';
import { checkAuthkey, checkOptions, checkTimeout } from '@multiprocess/shared-memory';
import { checkTls } from './check-tls.js';
import { formatAddress, parseAddress } from './address.js';
import { connectSocket } from './connect-socket.js';
import { SocketConnection } from './socket-connection.js';

/** How to call a {@link Listener}. */
export interface ClientOptions {
  /** The {@link Listener.address} to call. */
  readonly address: string;
  /** The key of the listener. Default: none, for one that has none. */
  readonly authkey?: Uint8Array | undefined;
  /** Milliseconds that it may take. Default: 10 000. */
  readonly timeout?: number | undefined;
  /** Options of `tls.connect`, for a listener with `tls`. Default: no TLS. */
  readonly tls?: ConnectionOptions | undefined;
}

export const CONNECT_MS = 10_000;

/**
 * Calls listeners; see the example of {@link Listener}.
 *
 * @see {@link https://docs.python.org/3/library/multiprocessing.html#multiprocessing.connection.Client | Python's Client}
 */
export const Client = {
  /**
   * A connection to the listener at the address.
   *
   * @throws {@link TypeError} or {@link RangeError} if an option is of the wrong type, or out of range.
   * @throws {@link AuthenticationError} if the two do not have the same key.
   * @throws {@link ProtocolError} if only one side has TLS, or something else listens there.
   * @throws {@link TimeoutError} if it took too long.
   * @throws {@link SystemError} if nothing listens there, or the system refuses it; `systemCode` says why, as `ECONNREFUSED`.
   * @throws {@link UnsupportedPlatformError} if this system has no such address: `unix:` on Windows, `pipe:` elsewhere.
   */
  async connect(options: ClientOptions): Promise<SocketConnection> {
    const {
      address,
      authkey,
      timeout = CONNECT_MS,
      tls,
    } = checkOptions(options, "{ address: 'unix:/path' }", ['address', 'authkey', 'timeout', 'tls']);
    const place = parseAddress(address);
    const { socket } = await connectSocket(place, {
      authkey: authkey === undefined ? undefined : checkAuthkey(authkey),
      tls: checkTls(tls),
      timeout: checkTimeout({ timeout }),
    });
    return new SocketConnection(socket, place.family === 'tcp' ? formatAddress(place) : undefined);
  },
};
