import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TlsOptions } from 'node:tls';
import { hasErrorCode, explainRefusal } from '@multiprocess/shared-memory';
import { formatAddress, isSocketFile, nodeOptions } from './address.js';
import type { Address } from './address.js';
import { FramedSocket } from './framed-socket.js';
import { HANDSHAKE_BYTES, welcome } from './handshake.js';

/** What a server of sockets is made with. */
interface SocketServerOptions {
  readonly authkey: Uint8Array | undefined;
  readonly tls: TlsOptions | undefined;
  readonly backlog: number | undefined;
  /** Milliseconds that a caller has to introduce himself. */
  readonly handshakeTimeout: number;
}

/** Who is told of callers. */
interface SocketServerListener {
  /** One who knows the key, if there is one. */
  onSocket(socket: FramedSocket, peer: string | undefined): void;
  /** One who does not, or is no caller of ours. His connection has been closed. */
  onRefused(error: unknown): void;
}

/** So many may be about to introduce themselves at a time: strangers cannot use up all descriptors. */
const MOST_STRANGERS = 256;
const OWNER_ONLY = 0o600;

/** Listens for callers, and lets those in who know the key. Each handshake is for itself: a slow one holds up nobody. */
export class SocketServer {
  readonly #options: SocketServerOptions;
  readonly #listener: SocketServerListener;
  readonly #server: Server;
  readonly #strangers = new Set<FramedSocket>();
  #address: Address;
  #open = false;

  constructor(address: Address, options: SocketServerOptions, listener: SocketServerListener) {
    this.#address = address;
    this.#options = options;
    this.#listener = listener;
    const onSocket = (socket: Socket): void => void this.#letIn(socket);
    this.#server =
      options.tls === undefined
        ? createServer({ noDelay: true }, onSocket)
        : createTlsServer({ handshakeTimeout: options.handshakeTimeout, ...options.tls, noDelay: true }, onSocket);
    this.#server.on('tlsClientError', (error) => {
      listener.onRefused(error);
    });
  }

  /** Where it listens: with the port that it got. */
  get address(): Address {
    return this.#address;
  }

  /** @throws {SystemError} If it cannot listen there; `systemCode` says why, as `EADDRINUSE`. */
  async listen(): Promise<void> {
    try {
      await this.#listen();
    } catch (error) {
      throw explainRefusal(`listen at ${formatAddress(this.#address)}`, error, 'address');
    }
  }

  async #listen(): Promise<void> {
    try {
      await this.#listenOnce();
    } catch (error) {
      // The socket of a program that was killed stays, and nobody listens there any more.
      if (!hasErrorCode(error, 'EADDRINUSE') || !(await this.#isAbandoned())) throw error;
      rmSync((this.#address as { path: string }).path, { force: true });
      await this.#listenOnce();
    }
    this.#open = true;
    this.#server.on('error', this.#listener.onRefused.bind(this.#listener));
    const bound = this.#server.address();
    if (this.#address.family === 'tcp') this.#address = { ...this.#address, port: (bound as AddressInfo).port };
    else if (!this.#address.path.startsWith('@')) chmodSync(this.#address.path, OWNER_ONLY);
  }

  ref(): void {
    this.#server.ref();
  }

  unref(): void {
    this.#server.unref();
  }

  /** Listens no more. Who has been let in stays. */
  close(): void {
    this.#server.close(() => undefined);
    for (const stranger of this.#strangers) stranger.destroy();
  }

  #listenOnce(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ ...nodeOptions(this.#address), backlog: this.#options.backlog }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  #isAbandoned(): Promise<boolean> {
    if (!isSocketFile(this.#address)) return Promise.resolve(false);
    return new Promise((resolve) => {
      const probe = connect(nodeOptions(this.#address));
      probe.once('connect', () => {
        probe.destroy();
        resolve(false);
      });
      probe.once('error', (error: NodeJS.ErrnoException) => {
        resolve(error.code === 'ECONNREFUSED');
      });
    });
  }

  async #letIn(socket: Socket): Promise<void> {
    const framed = new FramedSocket(socket, HANDSHAKE_BYTES);
    if (this.#strangers.size >= MOST_STRANGERS) {
      framed.destroy();
      return;
    }
    this.#strangers.add(framed);
    const peer = peerOf(socket);
    try {
      await welcome(framed, this.#options.authkey, this.#options.handshakeTimeout);
      this.#strangers.delete(framed);
      if (this.#open) this.#listener.onSocket(framed, peer);
    } catch (error) {
      framed.destroy();
      this.#listener.onRefused(error);
    } finally {
      this.#strangers.delete(framed);
    }
  }
}

function peerOf({ remoteAddress, remotePort }: Socket): string | undefined {
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  return formatAddress({ family: 'tcp', host: remoteAddress, port: remotePort });
}
