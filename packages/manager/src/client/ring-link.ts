import { Line, waitSync } from '@multiprocess/shared-memory';
import type { ByteRing, Segment, Waiting } from '@multiprocess/shared-memory';
import { codecOf } from '../wire/codec.js';
import { BYE, HELLO, makeFrame } from '../wire/frame.js';
import type { ManagerSegment } from '../wire/manager-segment.js';
import { createReplyRing } from '../wire/manager-segment.js';
import type { Link, LinkListener } from './link.js';
import { putFrames } from '../wire/put-frames.js';
import { untilDead } from './until-dead.js';

const MOST_TOGETHER = 256;

/** The way to a server on this machine: the ring of its requests, and a ring of this thread for the answers. */
export class RingLink implements Link {
  readonly codec = codecOf('msgpack');
  readonly number: number;
  readonly #requests: ManagerSegment;
  readonly #replies: { readonly segment: Segment; readonly ring: ByteRing };
  readonly #listener: LinkListener;
  readonly #senders: Line;
  readonly #receivers: Line;
  #outbox: Uint8Array[] = [];
  #draining = false;
  #listening = false;
  #over = false;

  constructor(requests: ManagerSegment, listener: LinkListener) {
    this.#requests = requests;
    this.#listener = listener;
    this.number = requests.nextClient();
    this.#replies = createReplyRing();
    const { parker, self } = requests.segment.thread;
    this.#senders = new Line(parker);
    this.#receivers = new Line(parker);
    const { reference } = this.#replies.segment;
    this.post(makeFrame(HELLO, 0, this.number, 0, this.codec.encode([reference, self])));
  }

  post(frame: Uint8Array): void {
    this.#requests.ring.writer.checkFits(frame.length);
    if (this.#outbox.push(frame) === 1) queueMicrotask(this.#flush);
  }

  listen(wanted: () => boolean): void {
    if (!this.#listening) void this.#receiveWhile(wanted);
  }

  checkCanBlock(): void {}

  runSync(done: () => boolean): void {
    this.#flushSync();
    const { parker } = this.#requests.segment.thread;
    while (!done() && !this.#over) {
      const there = waitSync(parker, this.#awaiting(), Infinity);
      if (there === 'there') this.#takeAll();
      else this.#end();
    }
  }

  close(): void {
    if (this.#over) return;
    this.post(makeFrame(BYE, 0, this.number, 0));
    this.#flush();
    this.#letGo();
  }

  /** All that was posted, with one store and one wake, if there is room; else in the background. */
  readonly #flush = (): void => {
    if (this.#outbox.length === 0 || this.#draining || this.#over) return;
    const put = putFrames(this.#requests.ring, this.#outbox);
    if (put === 'shut') this.#end();
    else if (put === this.#outbox.length) this.#outbox = [];
    else {
      this.#outbox.splice(0, put);
      void this.#drain();
    }
  };

  async #drain(): Promise<void> {
    this.#draining = true;
    try {
      for (let next = this.#outbox[0]; next !== undefined; next = this.#outbox[0]) {
        const frame = next;
        const outcome = await this.#senders.wait(() => this.#putting(frame), Infinity);
        if (outcome !== 'put') {
          this.#end();
          return;
        }
        this.#outbox.shift();
        const more = putFrames(this.#requests.ring, this.#outbox);
        if (more !== 'shut') this.#outbox.splice(0, more);
      }
    } catch {
      // Somebody who blocks the thread has taken over what was to be sent.
    } finally {
      this.#draining = false;
    }
  }

  #flushSync(): void {
    if (this.#outbox.length === 0 || this.#over) return;
    // Whatever waits in the background has not been put as long as this thread runs: it begins anew here.
    if (this.#draining) this.#senders.dismiss(() => new Error('taken over'));
    const { parker } = this.#requests.segment.thread;
    const frames = this.#outbox;
    this.#outbox = [];
    const put = putFrames(this.#requests.ring, frames);
    for (let i = put === 'shut' ? 0 : put; i < frames.length; i++) {
      if (waitSync(parker, this.#putting(frames[i]!), Infinity) !== 'put') {
        this.#end();
        return;
      }
    }
  }

  async #receiveWhile(wanted: () => boolean): Promise<void> {
    this.#listening = true;
    try {
      while (wanted() && !this.#over) {
        const there = await this.#receivers.wait(() => this.#awaiting(), Infinity);
        if (there === 'there') this.#takeAll();
        else this.#end();
      }
    } catch {
      // Closed meanwhile.
    } finally {
      this.#listening = false;
    }
  }

  #awaiting(): Waiting<'there' | 'shut' | 'dead'> {
    return untilDead(this.#replies.ring.reader.awaitingItem(), this.#requests.segment.thread, this.#server);
  }

  #putting(frame: Uint8Array): Waiting<'put' | 'shut' | 'dead'> {
    return untilDead(this.#requests.ring.writer.putting(frame), this.#requests.segment.thread, this.#server);
  }

  readonly #server = (): number => this.#requests.server;

  #takeAll(): void {
    const { reader } = this.#replies.ring;
    for (;;) {
      const items = reader.tryGetMany(MOST_TOGETHER);
      if (items.length === 0) return;
      reader.whileReading(() => {
        for (const { bytes } of items) this.#listener.onFrame(bytes);
      });
    }
  }

  /** The server has gone, but for what it has answered already. */
  #end(): void {
    if (this.#over) return;
    this.#takeAll();
    this.#letGo();
    this.#listener.onEnd(undefined);
  }

  #letGo(): void {
    this.#over = true;
    this.#outbox = [];
    this.#senders.dismiss(() => new Error('closed'));
    this.#receivers.dismiss(() => new Error('closed'));
    this.#replies.segment.close();
    this.#requests.segment.close();
  }
}
