import { clock, HandleError } from '@multiprocess/shared-memory';
import type { Coroutine, RingItem } from '@multiprocess/shared-memory';
import { codecOf } from '../wire/codec.js';
import * as Kind from '../wire/frame-kind.js';
import { readFrame } from '../wire/frame.js';
import type { Frame } from '../wire/frame.js';
import type { ManagerSegment } from '../wire/manager-segment.js';
import { RingPoller } from '../wire/ring-poller.js';
import type { Dispatcher } from './dispatcher.js';
import type { Objects } from './objects.js';
import { RingReplies } from './ring-replies.js';
import { Session } from './session.js';
import type { Replies } from './session.js';

/** Requests that are taken from the ring at once: enough to share one wake, few enough that sockets get their turn. */
const MAX_TOGETHER = 256;
/** How often to check whether clients live: the end of one wakes no thread. */
const LOOK_MS = 100;
/** How long requests may be taken before the event loop gets its turn. */
const MAX_TURN_MS = 10;

/** A client, as the acceptor knows it. */
interface RingClient {
  readonly session: Session;
  readonly replies: RingReplies | undefined;
  /** How many requests all clients had put when it was found dead. */
  lastPut: number | undefined;
}

/** For a client that has gone. */
const nowhere: Replies = { codec: codecOf('msgpack'), isAlive: () => false, send: () => undefined };

/** Lets in the clients that share memory with the server. */
export class RingAcceptor {
  readonly #requests: ManagerSegment;
  readonly #objects: Objects;
  readonly #dispatcher: Dispatcher;
  readonly #poller: RingPoller;
  readonly #clients = new Map<number, RingClient>();
  readonly #unflushed = new Set<RingReplies>();
  #inBatch = false;
  #look: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(requests: ManagerSegment, objects: Objects, dispatcher: Dispatcher) {
    this.#requests = requests;
    this.#objects = objects;
    this.#dispatcher = dispatcher;
    const { ring, segment } = requests;
    const listener = { receiving: () => this.#receiving(), isWanted: () => !this.#closed };
    this.#poller = new RingPoller(ring, segment.thread.parker, listener, 'spin');
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** Serves until {@link close}. */
  async serve(): Promise<void> {
    await this.#poller.listen();
  }

  /** Ends all clients, and tells them so. */
  close(): void {
    this.#closed = true;
    this.#poller.close();
    clock.clearInterval(this.#look);
    for (const { session, replies } of this.#clients.values()) {
      replies?.flush();
      session.end();
      replies?.close();
    }
    this.#clients.clear();
  }

  /** Waits for requests and does them, but not for so long that sockets would starve. */
  #receiving(): Coroutine<number | 'shut'> {
    let until = 0;
    const receive = (items: readonly RingItem[]): boolean => {
      if (until === 0) until = clock.now() + MAX_TURN_MS;
      this.#receiveAll(items);
      return !this.#closed && clock.now() < until;
    };
    return this.#requests.ring.reader.gettingMany(Infinity, receive, MAX_TOGETHER);
  }

  /** Answers to these requests go together. */
  #receiveAll(items: readonly RingItem[]): void {
    this.#inBatch = true;
    for (const { source, start, end } of items) if (!this.#closed) this.#receive(readFrame(source, start, end));
    this.#inBatch = false;
    for (const replies of this.#unflushed) replies.flush();
    this.#unflushed.clear();
  }

  #receive(frame: Frame | undefined): void {
    if (frame === undefined) return;
    if (frame.kind === Kind.HELLO) this.#letIn(frame.client, frame.body);
    const client = this.#clients.get(frame.client);
    if (client === undefined || frame.kind === Kind.HELLO) return;
    if (frame.kind === Kind.BYE) this.#end(frame.client);
    else this.#dispatcher.receive(client.session, frame);
  }

  #letIn(number: number, body: Uint8Array): void {
    if (this.#clients.has(number)) return;
    try {
      const [reference, owner] = codecOf('msgpack').decode(body) as [string, number];
      const replies = this.#repliesTo(reference, owner);
      const session = new Session(number, this.#objects, replies ?? nowhere);
      this.#clients.set(number, { session, replies, lastPut: undefined });
    } catch {
      return; // the request is damaged
    }
    this.#look ??= clock.setInterval(this.#endTheDead, LOOK_MS);
  }

  /** Undefined for a client that has gone: its requests are done, but not answered. */
  #repliesTo(reference: string, owner: number): RingReplies | undefined {
    try {
      return new RingReplies(reference, owner, this.#flushSoon);
    } catch (error) {
      if (error instanceof HandleError) return undefined;
      throw error;
    }
  }

  readonly #flushSoon = (replies: RingReplies): void => {
    this.#unflushed.add(replies);
    if (this.#inBatch) return;
    clock.queueMicrotask(() => {
      if (this.#unflushed.delete(replies)) replies.flush();
    });
  };

  readonly #endTheDead = (): void => {
    const { ring } = this.#requests;
    for (const [number, client] of this.#clients) {
      if (client.session.isAlive) continue;
      // Its requests are done first: it may have given away the handle of an object that one of them makes.
      client.lastPut ??= ring.itemsPut;
      if (ring.isEmpty || ((ring.itemsTaken - client.lastPut) | 0) >= 0) this.#end(number);
      else client.session.endIfDead();
    }
    if (this.#clients.size > 0) return;
    clock.clearInterval(this.#look);
    this.#look = undefined;
  };

  #end(number: number): void {
    const client = this.#clients.get(number);
    this.#clients.delete(number);
    client?.session.end();
    client?.replies?.close();
  }
}
