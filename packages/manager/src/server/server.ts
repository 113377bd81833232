import { getHeapStatistics } from 'node:v8';
import { clock } from '@multiprocess/shared-memory';
import { ManagerSegment } from '../wire/manager-segment.js';
import { hostObjects } from '../wire/hosted.js';
import { Dispatcher } from './dispatcher.js';
import { Makers } from './makers.js';
import { Objects } from './objects.js';
import { RingAcceptor } from './ring-acceptor.js';
import type { ServerOptions } from './server-options.js';
import { SocketAcceptor } from './socket-acceptor.js';

/** What a manager tells of itself. */
export interface ServerInfo {
  readonly server: string;
  /** Where it listens, with the port that it got; undefined if it serves only those that share memory with it. */
  readonly address: string | undefined;
  /** How many clients it has now. */
  readonly clients: number;
  /** How many objects clients have proxies of. */
  readonly objects: number;
  /** Bytes of JavaScript's heap in use. */
  readonly heapUsed: number;
}

/** The server of a manager: its objects, and the acceptors that let clients in. */
export class Server {
  readonly #requests: ManagerSegment;
  readonly #ringAcceptor: RingAcceptor;
  readonly #socketAcceptor: SocketAcceptor | undefined;
  readonly #objects: Objects;
  #isClosed = false;

  private constructor(options: ServerOptions) {
    this.#requests = ManagerSegment.attach(options.reference);
    this.#objects = new Objects(options.reference);
    hostObjects(this.#objects);
    const dispatcher = new Dispatcher(this.#objects, new Makers(this.#objects), {
      info: () => this.#info(),
      shutdown: () => {
        clock.setImmediate(() => {
          this.#close();
        });
      },
    });
    this.#ringAcceptor = new RingAcceptor(this.#requests, this.#objects, dispatcher);
    if (options.address !== undefined) {
      this.#socketAcceptor = new SocketAcceptor(options.address, options, this.#requests, this.#objects, dispatcher);
    }
  }

  /** Serves until a client asks for the end. */
  static async run(options: ServerOptions): Promise<void> {
    const server = new Server(options);
    await server.#socketAcceptor?.open();
    server.#requests.open();
    try {
      await server.#ringAcceptor.serve();
    } catch (error) {
      if (!server.#isClosed) throw error;
    } finally {
      server.#close(); // also if requests can no longer be read: the clients are told
    }
  }

  #info(): ServerInfo {
    return {
      server: this.#requests.segment.reference,
      address: this.#socketAcceptor?.address,
      clients: this.#ringAcceptor.clients + (this.#socketAcceptor?.clients ?? 0),
      objects: this.#objects.size,
      heapUsed: getHeapStatistics().used_heap_size, // process.memoryUsage() needs /proc
    };
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#requests.markClosed();
    this.#ringAcceptor.close();
    this.#socketAcceptor?.close();
  }
}
