import { ByteRing, lookAtRing, registerLook, RING_USER_WORDS, Segment } from '@multiprocess/shared-memory';

// The segment of a manager: a ring in which clients put requests, and behind the ring's own words:
//   SERVER   owner id of the server's thread; 0 until it has started. Written once, by the server
//   STATE    see below. Moves on only, by the server
//   CLIENTS  how many clients there were ever; each adds one and has that number. Numbers are never used again
// A client that is killed leaves nothing here but what the ring leaves. A server that is killed leaves the life word of
// its thread marked, and every client that waits for an answer waits for that word as well.
const SERVER = RING_USER_WORDS;
const STATE = RING_USER_WORDS + 1;
const CLIENTS = RING_USER_WORDS + 2;

const KIND = 'manager.Requests';
const REPLIES_KIND = 'manager.Replies';
const RUNNING = 1;
const CLOSED = 2;

/** Requests that the server has not read take memory up to this; clients that make more wait. */
const REQUEST_LIMITS = { maxBytes: 2 ** 28, maxItems: 0 };
/** Beyond this a client that does not read its answers makes the server keep them in its own memory. */
const REPLY_LIMITS = { maxBytes: 2 ** 26, maxItems: 0 };

/** Where requests are put, and what is known of the server. */
export class ManagerSegment {
  readonly segment: Segment;
  readonly ring: ByteRing;

  private constructor(segment: Segment) {
    this.segment = segment;
    this.ring = new ByteRing(segment);
  }

  static create(): ManagerSegment {
    return new ManagerSegment(createRing(KIND, REQUEST_LIMITS));
  }

  /** @throws {@link HandleError} if no living thread has it. */
  static attach(reference: string): ManagerSegment {
    return new ManagerSegment(Segment.attach(reference, KIND));
  }

  /** Owner id of the server's thread; 0 if it has not started. */
  get server(): number {
    return Atomics.load(this.segment.words, SERVER);
  }

  /** A number for a new client. */
  nextClient(): number {
    return Atomics.add(this.segment.words, CLIENTS, 1) + 1;
  }

  /** In the server: from now on clients know the thread whose end is the end of the manager. */
  open(): void {
    Atomics.store(this.segment.words, SERVER, this.segment.thread.self);
    Atomics.store(this.segment.words, STATE, RUNNING);
  }

  /** In the server: no more calls will be answered. */
  markClosed(): void {
    Atomics.store(this.segment.words, STATE, CLOSED);
  }
}

/** A ring for the answers of one client. */
export function createReplyRing(): { readonly segment: Segment; readonly ring: ByteRing } {
  const segment = createRing(REPLIES_KIND, REPLY_LIMITS);
  return { segment, ring: new ByteRing(segment) };
}

/** @throws {@link HandleError} if the client has gone. */
export function attachReplyRing(reference: string): { readonly segment: Segment; readonly ring: ByteRing } {
  const segment = Segment.attach(reference, REPLIES_KIND);
  return { segment, ring: new ByteRing(segment) };
}

function createRing(kind: string, limits: typeof REQUEST_LIMITS): Segment {
  const { segment } = Segment.create({
    kind,
    reachable: true, // by clients that come after its file was removed by others
    ...ByteRing.plan(limits),
    initialise(made) {
      ByteRing.initialise(made, limits);
    },
  });
  segment.keep(); // its name goes to the other side
  return segment;
}

registerLook(KIND, (peek) => {
  const [clients, state] = [peek(CLIENTS, 1)[0]!, peek(STATE, 1)[0]];
  const words = state === CLOSED ? 'closed' : state === RUNNING ? `had ${clients} clients` : 'starting';
  return { owners: [peek(SERVER, 1)[0]!], ...lookAtRing(peek), state: words };
});
registerLook(REPLIES_KIND, lookAtRing);
