import { ByteRing, OutOfMemoryError, WaitQueue } from '@multiprocess/shared-memory';
import type { Segment } from '@multiprocess/shared-memory';
import { codecOf } from '../wire/codec.js';
import { attachReplyRing } from '../wire/manager-segment.js';
import * as Kind from '../wire/frame-kind.js';
import { newFrame } from '../wire/frame.js';
import type { Frame } from '../wire/frame.js';
import { Outbox } from '../wire/outbox.js';
import type { Replies } from './session.js';

/** A client with this many bytes of unread answers counts as gone. */
const MAX_BACKLOG_BYTES = 2 ** 28;

/**
 * Answers to a client through its ring. Those to requests that were taken together are put together: one store, one wake.
 */
export class RingReplies implements Replies {
  readonly codec = codecOf('msgpack');
  readonly #segment: Segment;
  readonly #owner: number;
  readonly #waitQueue: WaitQueue;
  readonly #outbox: Outbox;
  /** What to do if the answer to a call cannot be sent; few answers have an entry. */
  readonly #onRefused = new Map<number, () => void>();
  #waiting = false;
  #lost = false;
  readonly #askToFlush: (replies: RingReplies) => void;

  /** @throws {@link HandleError} if the client has gone. */
  constructor(reference: string, owner: number, askToFlush: (replies: RingReplies) => void) {
    const { segment, ring } = attachReplyRing(reference);
    this.#segment = segment;
    this.#outbox = new Outbox(ring, (frame, error) => this.#refuse(frame, error));
    this.#owner = owner;
    this.#waitQueue = new WaitQueue(segment.thread.parker);
    this.#askToFlush = askToFlush;
  }

  isAlive(): boolean {
    return !this.#lost && !this.#segment.thread.isDead(this.#owner);
  }

  send(frame: Frame, onRefused?: () => void): void {
    if (this.#lost) return;
    if (onRefused !== undefined) this.#onRefused.set(frame.call, onRefused);
    if (this.#outbox.push(frame) === 1) this.#askToFlush(this);
    if (this.#outbox.byteLength > MAX_BACKLOG_BYTES) this.#lost = true;
  }

  /** Puts what was collected. If there is no room, waits in the background. */
  flush(): void {
    if (this.#waiting || this.#lost) return;
    try {
      const put = this.#outbox.tryPut();
      if (put === 'all') this.#onRefused.clear();
      else if (put === 'some') void this.#putRest();
      else this.#lost = true;
    } catch {
      this.#lost = true; // its ring is damaged, which is this client's only
    }
  }

  /** Tells the client that this was the last answer, and lets go of the ring. */
  close(): void {
    this.#lost = true;
    this.#waitQueue.dismiss(() => new Error('closed'));
    ByteRing.shutAtOnce(this.#segment); // no other thread puts, and a stopped client must not delay this one
    this.#segment.close();
  }

  /** Puts each frame as soon as there is room: the server must not block for a slow client. */
  async #putRest(): Promise<void> {
    this.#waiting = true;
    try {
      if ((await this.#waitQueue.wait(() => this.#outbox.putting(), Infinity)) !== 'put') this.#lost = true;
    } catch {
      this.#lost = true; // damaged, or closed: the client is told by the end of its ring
    } finally {
      this.#waiting = false;
      this.flush(); // what has been added since
    }
  }

  /** The error that replaces an answer for which there is no memory. */
  #refuse({ call }: Frame, error: OutOfMemoryError): readonly Frame[] {
    this.#onRefused.get(call)?.();
    return [newFrame(Kind.FAILURE, call, this.codec.encode(new OutOfMemoryError(error.message)))];
  }
}
