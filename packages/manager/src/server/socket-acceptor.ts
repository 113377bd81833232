import { clock } from '@multiprocess/shared-memory';
import { formatAddress, parseAddress } from '../net/address.js';
import type { FramedSocket } from '../net/framed-socket.js';
import { MAX_MESSAGE_BYTES } from '../net/socket-connection.js';
import { HANDSHAKE_MS, SocketServer } from '../net/socket-server.js';
import { codecOf } from '../wire/codec.js';
import * as Kind from '../wire/frame-kind.js';
import { readFrame } from '../wire/frame.js';
import type { ManagerSegment } from '../wire/manager-segment.js';
import type { Welcome } from '../wire/welcome.js';
import type { Dispatcher } from './dispatcher.js';
import type { Objects } from './objects.js';
import type { ServerOptions } from './server-options.js';
import { Session } from './session.js';
import { SocketReplies } from './socket-replies.js';

/** Lets in the clients that come over sockets. */
export class SocketAcceptor {
  readonly #requests: ManagerSegment;
  readonly #objects: Objects;
  readonly #dispatcher: Dispatcher;
  readonly #server: SocketServer;
  readonly #options: ServerOptions;
  readonly #clients = new Map<FramedSocket, Session>();

  constructor(
    address: string,
    options: ServerOptions,
    requests: ManagerSegment,
    objects: Objects,
    dispatcher: Dispatcher,
  ) {
    this.#options = options;
    this.#requests = requests;
    this.#objects = objects;
    this.#dispatcher = dispatcher;
    const { authkey, tls, serializer } = options;
    const settings = { authkey, tls, serializer, backlog: undefined, handshakeTimeout: HANDSHAKE_MS };
    this.#server = new SocketServer(parseAddress(address), settings, {
      onSocket: (socket) => {
        this.#letIn(socket);
      },
      onRefused: () => undefined, // the caller has been told
    });
  }

  /** With the port that it got. */
  get address(): string {
    return formatAddress(this.#server.address);
  }

  get clients(): number {
    return this.#clients.size;
  }

  open(): Promise<void> {
    return this.#server.listen();
  }

  close(): void {
    this.#server.close();
    for (const [socket, session] of this.#clients) {
      session.end();
      socket.end();
      clock.setImmediate(() => {
        socket.destroy();
      });
    }
    this.#clients.clear();
  }

  #letIn(socket: FramedSocket): void {
    const codec = codecOf(this.#options.serializer);
    const number = this.#requests.nextClient();
    const replies = new SocketReplies(socket, codec);
    const session = new Session(number, this.#objects, replies);
    this.#clients.set(socket, session);
    socket.maxBytes = MAX_MESSAGE_BYTES;
    const welcome: Welcome = { server: this.#requests.segment.reference, client: number };
    socket.send(codec.encode(welcome));
    socket.receive(
      (bytes) => {
        const frame = readFrame(bytes);
        if (frame?.kind === Kind.BYE) socket.end();
        else if (frame !== undefined && frame.kind !== Kind.HELLO) this.#dispatcher.receive(session, frame);
      },
      () => {
        this.#clients.delete(socket);
        session.end();
        socket.destroy();
      },
    );
  }
}
