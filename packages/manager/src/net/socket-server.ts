import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { ListenOptions, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TlsOptions } from 'node:tls';
import { explainRefusal, hasErrorCode } from '@multiprocess/shared-memory';
import { formatAddress, isSocketFile, nodeOptions } from './address.js';
import type { Address } from './address.js';
import { FramedSocket } from './framed-socket.js';
import { HANDSHAKE_BYTES, welcome } from './handshake.js';
import { UnixSocketFile } from './unix-socket-file.js';

/** Default of the time that a handshake may take, in milliseconds. */
export const HANDSHAKE_MS = 5000;

/** What a server of sockets is made with. */
interface SocketServerOptions {
  readonly authkey: Uint8Array | undefined;
  readonly tls: TlsOptions | undefined;
  readonly backlog: number | undefined;
  /** Milliseconds that the handshake with a caller may take. */
  readonly handshakeTimeout: number;
  /** The serializer of a manager, '' for a listener. Callers are told. */
  readonly serializer: string;
}

/** Receives callers. */
interface SocketServerListener {
  /** A caller that knows the key, if there is one. */
  onSocket(socket: FramedSocket, peer: string | undefined): void;
  /** A caller without the key, or that speaks another protocol. Its connection has been closed. */
  onRefused(error: unknown): void;
}

/**
 * Callers in their handshake at a time: more could use up all descriptors. One more replaces the one that has been silent
 * longest, since a real client needs only milliseconds.
 */
const MAX_STRANGERS = 256;

/** Listens for callers, and lets in those that know the key. A slow handshake does not delay others. */
export class SocketServer {
  readonly #options: SocketServerOptions;
  readonly #listener: SocketServerListener;
  readonly #server: Server;
  readonly #strangers = new Set<FramedSocket>();
  #address: Address;
  #file: UnixSocketFile | undefined;
  #open = false;
  #closed = false;

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

  /** Whether it listens. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** @throws {@link SystemError} if it cannot listen there; `systemCode` says why, as `EADDRINUSE`. */
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
      // The socket of a program that was killed stays, though nothing listens there.
      if (!hasErrorCode(error, 'EADDRINUSE') || !(await this.#isAbandoned())) {
        this.close();
        throw error;
      }
      rmSync((this.#address as { path: string }).path, { force: true });
      await this.#listenOnce();
    }
    if (this.#closed) this.close(); // meanwhile
    this.#open = !this.#closed;
    this.#server.on('error', this.#listener.onRefused.bind(this.#listener));
    const bound = this.#server.address();
    if (this.#address.family === 'tcp' && typeof bound === 'object' && bound !== null) {
      this.#address = { ...this.#address, port: bound.port };
    }
  }

  ref(): void {
    this.#server.ref();
  }

  unref(): void {
    this.#server.unref();
  }

  /** Listens no more. Callers that were let in stay. */
  close(): void {
    this.#closed = true;
    this.#server.close(() => undefined);
    this.#file?.remove();
    for (const stranger of this.#strangers) stranger.destroy();
  }

  async #listenOnce(): Promise<void> {
    const address = this.#address;
    if (address.family !== 'unix' || address.path.startsWith('@')) {
      await this.#bind(nodeOptions(address));
      return;
    }
    const file = (this.#file ??= new UnixSocketFile(address.path));
    // A socket whose name was taken is bound already, and gets the name now if that is free.
    if (!this.#server.listening) await this.#bind({ path: file.bindPath }, file);
    else if (!this.#closed) file.publish();
  }

  /** A socket gets its name at once, so that it can be called as soon as its listener has been made. */
  #bind(where: ListenOptions, file?: UnixSocketFile): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ ...where, backlog: this.#options.backlog }, () => {
        this.#server.off('error', reject);
        resolve();
      });
      if (this.#server.listening) file?.publish();
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
    const [longest] = this.#strangers;
    if (longest !== undefined && this.#strangers.size >= MAX_STRANGERS) {
      this.#strangers.delete(longest);
      longest.destroy();
    }
    this.#strangers.add(framed);
    const peer = peerOf(socket);
    try {
      const { authkey, serializer, handshakeTimeout: timeout } = this.#options;
      await welcome(framed, { authkey, serializer, timeout });
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
