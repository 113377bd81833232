import { Line, waitSync } from '@multiprocess/shared-memory';
import type { ByteRing, Segment } from '@multiprocess/shared-memory';
import { codecOf } from '../wire/codec.js';
import { attachReplyRing } from '../wire/manager-segment.js';
import { putFrames } from '../wire/put-frames.js';
import type { Outlet } from './session.js';

/** A client that does not read its answers is no client any more when so many bytes of them have piled up here. */
const MOST_BACKLOG_BYTES = 2 ** 28;

/**
 * Answers to a client through its ring. They are collected while requests of a batch are being done, and put together:
 * one store, one wake.
 */
export class RingOutlet implements Outlet {
  readonly codec = codecOf('msgpack');
  readonly #segment: Segment;
  readonly #ring: ByteRing;
  readonly #owner: number;
  readonly #line: Line;
  #collected: Uint8Array[] = [];
  #collectedBytes = 0;
  #waiting = false;
  #lost = false;
  readonly #askToFlush: (outlet: RingOutlet) => void;

  /** @throws {HandleError} If the client has gone. */
  constructor(reference: string, owner: number, askToFlush: (outlet: RingOutlet) => void) {
    const { segment, ring } = attachReplyRing(reference);
    this.#segment = segment;
    this.#ring = ring;
    this.#owner = owner;
    this.#line = new Line(segment.thread.parker);
    this.#askToFlush = askToFlush;
  }

  isAlive(): boolean {
    return !this.#lost && !this.#segment.thread.isDead(this.#owner);
  }

  send(frame: Uint8Array): void {
    if (this.#lost) return;
    if (this.#collected.push(frame) === 1) this.#askToFlush(this);
    this.#collectedBytes += frame.length;
    if (this.#collectedBytes > MOST_BACKLOG_BYTES) this.#lost = true;
  }

  /** Puts what has been collected; waits in the background where there is no room. */
  flush(): void {
    if (this.#waiting || this.#lost) return;
    const frames = this.#collected;
    const put = putFrames(this.#ring, frames);
    if (put === 'shut') {
      this.#lost = true;
    } else if (put === frames.length) {
      this.#collected = [];
      this.#collectedBytes = 0;
    } else {
      this.#collected = frames.slice(put);
      void this.#putRest();
    }
  }

  /** Tells the client that no answer will come any more, and lets go of the ring. */
  close(): void {
    this.#lost = true;
    this.#line.dismiss(() => new Error('closed'));
    waitSync(this.#segment.thread.parker, this.#ring.writer.shutting('keep'), 0);
    this.#segment.close();
  }

  /** One after the other, each as soon as there is room: this side must not stand still for a slow client. */
  async #putRest(): Promise<void> {
    this.#waiting = true;
    try {
      for (let next = this.#collected[0]; next !== undefined && !this.#lost; next = this.#collected[0]) {
        const frame = next;
        await this.#line.wait(() => this.#ring.writer.putting(frame), Infinity);
        this.#collected.shift();
        this.#collectedBytes -= frame.length;
      }
    } catch {
      this.#lost = true; // larger than the ring can ever hold, or closed: the client is told by the end of its ring
    } finally {
      this.#waiting = false;
    }
  }
}
