import { rmSync } from 'node:fs';
import type { TlsOptions } from 'node:tls';
import {
  AuthenticationError,
  checkAuthkey,
  checkInteger,
  checkNumber,
  checkOneOf,
  checkOptions,
  ClosedError,
  describable,
  DESCRIBE,
  notSent,
} from '@multiprocess/shared-memory';
import type { Describable, Description, WaitOptions } from '@multiprocess/shared-memory';
import { checkTls } from './check-tls.js';
import { formatAddress, LOCAL_FAMILY, newAddress, parseAddress } from './address.js';
import type { FramedSocket } from './framed-socket.js';
import { Inbox } from './inbox.js';
import { SocketConnection } from './socket-connection.js';
import { HANDSHAKE_MS, SocketServer } from './socket-server.js';

/** What to make a {@link Listener} with. */
export interface ListenerOptions {
  /**
   * `tcp://host:port` (port 0: any that is free; no host: loopback), `unix:/path`, `unix:@abstract`, or `pipe:name` on
   * Windows. Default: a new one.
   */
  readonly address?: string | undefined;
  /** The key that callers must have. Default: none, every caller is let in. */
  readonly authkey?: Uint8Array | undefined;
  /**
   * What kind of address to make where none is given. Default: 'unix', in a directory that only this user can enter; on
   * Windows 'pipe', a named pipe that only this user can write to.
   */
  readonly family?: 'unix' | 'tcp' | 'pipe' | undefined;
  /** How many callers may wait to be accepted. Default: 128; further ones are turned away. */
  readonly backlog?: number | undefined;
  /** Makes the sockets TLS: options of `tls.createServer`. Default: none. */
  readonly tls?: TlsOptions | undefined;
  /** Milliseconds that the handshake with a caller may take. Default: 5000. */
  readonly handshakeTimeout?: number | undefined;
}

const NAMES = ['address', 'authkey', 'family', 'backlog', 'tls', 'handshakeTimeout'] as const;
const BACKLOG = 128;

/**
 * Accepts connections of other programs, on this machine or others.
 *
 * Handshakes run side by side, each with a deadline: a silent or slow caller does not delay others.
 *
 * @example
 * ```ts source="../manager.examples.ts#connections"
 * await using listener = new Listener({ family: 'tcp', authkey });
 * await listener.listening;
 *
 * const [client, server] = await Promise.all([
 *   Client.connect({ address: listener.address, authkey }),
 *   listener.accept({ timeout: 5000 }),
 * ]);
 * await client.send({ any: 'value' });
 * console.log(await server.recv());
 * ```
 *
 * @see {@link https://docs.python.org/3/library/multiprocessing.html#multiprocessing.connection.Listener | Python's Listener}
 */
export class Listener implements AsyncDisposable, AsyncIterable<SocketConnection>, Describable {
  /** Resolves when it listens. @throws {@link SystemError} if it cannot; `systemCode` says why, as `EADDRINUSE`. */
  readonly listening: Promise<void>;
  readonly #server: SocketServer;
  readonly #directory: string | undefined;
  readonly #callers = new Inbox<SocketConnection>();
  readonly #backlog: number;
  #lastAccepted: string | undefined;
  #closed = false;

  /**
   * @throws {@link TypeError} or {@link RangeError} if an option is of the wrong type, or out of range.
   * @throws {@link OutOfMemoryError} or {@link SystemError} if there is no address given, and no directory for one can be made.
   * @throws {@link UnsupportedPlatformError} if this system has no such address: `unix:` on Windows, `pipe:` elsewhere.
   */
  constructor(options: ListenerOptions = {}) {
    const {
      address,
      authkey,
      family = LOCAL_FAMILY,
      backlog = BACKLOG,
      tls,
      handshakeTimeout = HANDSHAKE_MS,
    } = checkOptions(options, "{ address: 'unix:/path' }", NAMES);
    checkInteger('backlog', backlog, { min: 1 });
    checkNumber('handshakeTimeout', handshakeTimeout, { min: 1, unit: 'milliseconds' });
    checkOneOf('family', family, ['unix', 'tcp', 'pipe']);
    checkTls(tls);
    const key = authkey === undefined ? undefined : checkAuthkey(authkey);
    const place = address === undefined ? newAddress(family) : { address: parseAddress(address), directory: undefined };
    this.#directory = place.directory;
    this.#backlog = backlog;
    this.#server = new SocketServer(
      place.address,
      { authkey: key, tls, backlog, handshakeTimeout, serializer: '' },
      {
        onSocket: (socket, peer) => {
          this.#welcome(socket, peer);
        },
        onRefused: (error) => {
          // accept() reports a wrong key, but not strangers that speak another protocol.
          if (error instanceof AuthenticationError) this.#callers.fail(error);
        },
      },
    );
    this.listening = this.#server.listen();
    this.listening.catch((error: unknown) => {
      this.#callers.end(() => error as Error);
    });
  }

  static {
    describable(this.prototype);
    notSent(this.prototype, 'send its address, and let the other connect: await Client.connect({ address })');
  }

  /** Where it listens; with the port that it got, once it does. */
  get address(): string {
    return formatAddress(this.#server.address);
  }

  /** The address of the caller that was accepted last; undefined before, and for Unix sockets. */
  get lastAccepted(): string | undefined {
    return this.#lastAccepted;
  }

  /**
   * Waits for the next caller that knows the key. Calls are served in the order they came.
   *
   * @throws {@link AuthenticationError} if a caller without the key came meanwhile. The listener goes on.
   * @throws {@link TimeoutError} if no caller came in time.
   * @throws {@link ClosedError} if it is closed, also meanwhile.
   * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted. The caller that comes next goes to the next call.
   */
  async accept(options?: WaitOptions): Promise<SocketConnection> {
    const caller = await this.#callers.take(options, 'No caller came');
    this.#lastAccepted = caller.peer;
    return caller;
  }

  /** Callers that know the key, until it is closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<SocketConnection, void, void> {
    while (!this.#closed) {
      let caller: SocketConnection;
      try {
        caller = await this.accept();
      } catch (error) {
        if (error instanceof AuthenticationError) continue;
        if (error instanceof ClosedError) return;
        throw error;
      }
      yield caller;
    }
  }

  /** @internal */
  [DESCRIBE](): Description {
    const state = this.#closed ? 'closed' : this.#server.isOpen ? 'listening' : 'not listening yet';
    return { address: this.address, state, callers: this.#callers.size };
  }

  /** Lets it keep the event loop alive while it listens, as it does from the start. */
  ref(): this {
    this.#server.ref();
    return this;
  }

  /** Lets the process end although it listens. */
  unref(): this {
    this.#server.unref();
    return this;
  }

  /** Listens no more; connections that were accepted stay. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#server.close();
    for (const caller of this.#callers.clear()) caller.close();
    this.#callers.end(() => new ClosedError('This listener has been closed'));
    if (this.#directory !== undefined) rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Like {@link close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Like {@link close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  #welcome(socket: FramedSocket, peer: string | undefined): void {
    if (this.#closed || this.#callers.size >= this.#backlog) socket.destroy();
    else this.#callers.put(new SocketConnection(socket, peer));
  }
}
