import { Line, TimeoutError, waitSync } from '@multiprocess/shared-memory';
import type { ByteRing, Segment, Waiting } from '@multiprocess/shared-memory';
import { codecOf } from '../wire/codec.js';
import { BYE, HELLO, makeFrame } from '../wire/frame.js';
import type { ManagerSegment } from '../wire/manager-segment.js';
import { createReplyRing } from '../wire/manager-segment.js';
import type { Link, LinkListener } from './link.js';
import { putFrames } from '../wire/put-frames.js';
import { RingAttention, hotBudget } from '../wire/ring-attention.js';
import { untilDead } from './until-dead.js';

const MOST_TOGETHER = 256;
/** How long a blocked thread looks before it looks at the clock. */
const STARE_MICROS = 20;
/**
 * So many requests are not kept until the end of this run of JavaScript: the server may as well begin. Then twice as many
 * each time, since it has something to do, and waking it again may cost more than doing them.
 */
const ENOUGH_TO_BEGIN = 32;
/** How long a thread blocks for a ring that is full, so that a handle does not leave before what it stands for. */
const DELIVER_MS = 10_000;

/** The way to a server on this machine: the ring of its requests, and a ring of this thread for the answers. */
export class RingLink implements Link {
  readonly codec = codecOf('msgpack');
  readonly number: number;
  readonly #requests: ManagerSegment;
  readonly #replies: { readonly segment: Segment; readonly ring: ByteRing };
  readonly #listener: LinkListener;
  readonly #senders: Line;
  readonly #attention: RingAttention;
  readonly #budget = hotBudget();
  #isWanted: () => boolean = () => false;
  #outbox: Uint8Array[] = [];
  #flushQueued = false;
  #enough = ENOUGH_TO_BEGIN;
  #draining = false;
  #over = false;

  constructor(requests: ManagerSegment, listener: LinkListener) {
    this.#requests = requests;
    this.#listener = listener;
    this.number = requests.nextClient();
    this.#replies = createReplyRing();
    const { parker, self } = requests.segment.thread;
    this.#senders = new Line(parker);
    const awaitsAnswers = {
      take: () => {
        this.#takeAll();
      },
      isWanted: () => !this.#over && this.#isWanted(),
      awaiting: () => this.#awaiting(),
    };
    this.#attention = new RingAttention(this.#replies.ring, parker, awaitsAnswers, 'glancing');
    const { reference } = this.#replies.segment;
    this.post(makeFrame(HELLO, 0, this.number, 0, this.codec.encode([reference, self])));
  }

  post(frame: Uint8Array): void {
    this.#requests.ring.writer.checkFits(frame.length);
    const count = this.#outbox.push(frame);
    if (!this.#flushQueued) {
      this.#flushQueued = true;
      queueMicrotask(this.#flushAtEnd);
    }
    if (count < this.#enough) return;
    this.#enough *= 2;
    this.#flush();
  }

  flush(): void {
    this.#flush();
  }

  /** All clients put into one ring: what is in there now, the server does before what others put later. */
  deliver(): void {
    if (this.#flushSync(DELIVER_MS)) return;
    throw new TimeoutError(`The manager has not taken a request within ${DELIVER_MS} ms: it is busy, or stopped`);
  }

  ref(): void {
    this.#attention.ref();
    this.#senders.ref();
  }

  unref(): void {
    this.#attention.unref();
    this.#senders.unref();
  }

  listen(wanted: () => boolean): void {
    this.#isWanted = wanted;
    if (!this.#attention.isOn) void this.#attend();
  }

  checkCanBlock(): void {}

  runSync(done: () => boolean): void {
    this.#flushSync();
    while (!done() && !this.#over) {
      if (this.#stare()) this.#takeAll();
      else this.#sleep();
    }
    this.#attention.reconsider();
  }

  close(): void {
    if (this.#over) return;
    this.post(makeFrame(BYE, 0, this.number, 0));
    this.#flush();
    this.#letGo();
  }

  readonly #flushAtEnd = (): void => {
    this.#flushQueued = false;
    this.#enough = ENOUGH_TO_BEGIN;
    this.#flush();
  };

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
      while (this.#outbox.length > 0) {
        if ((await this.#senders.wait(() => this.#puttingFirst(), Infinity)) !== 'put') {
          this.#end();
          return;
        }
        const more = putFrames(this.#requests.ring, this.#outbox);
        if (more !== 'shut') this.#outbox.splice(0, more);
      }
    } catch {
      // Somebody who blocks the thread has taken over what was to be sent.
    } finally {
      this.#draining = false;
      if (this.#outbox.length > 0) queueMicrotask(this.#flush);
    }
  }

  /** Takes it out of the outbox in the same step: who takes over before this is awaited must not send it again. */
  *#puttingFirst(): Waiting<'put' | 'shut' | 'dead'> {
    const outcome = yield* this.#putting(this.#outbox[0]!);
    if (outcome === 'put') this.#outbox.shift();
    return outcome;
  }

  /** Whether all was put in time; the rest goes in the background then. */
  #flushSync(timeout = Infinity): boolean {
    if (this.#outbox.length === 0 || this.#over) return true;
    const deadline = performance.now() + timeout;
    // Whatever is still in the outbox has not been put, whoever waits in the background for it: it begins anew here.
    if (this.#draining) this.#senders.dismiss(() => new Error('taken over'));
    const { parker } = this.#requests.segment.thread;
    const frames = this.#outbox;
    this.#outbox = [];
    const put = putFrames(this.#requests.ring, frames);
    for (let i = put === 'shut' ? 0 : put; i < frames.length; i++) {
      const outcome = waitSync(parker, this.#putting(frames[i]!), Math.max(0, deadline - performance.now()));
      if (outcome === undefined) {
        this.#outbox = [...frames.slice(i), ...this.#outbox];
        if (!this.#draining) void this.#drain();
        return false;
      }
      if (outcome !== 'put') {
        this.#end();
        return true;
      }
    }
    return true;
  }

  async #attend(): Promise<void> {
    try {
      if ((await this.#attention.listen()) !== 'unwanted') this.#end();
    } catch (error) {
      this.#letGo(); // its ring is damaged, or it could not be read
      this.#listener.onEnd(error as Error);
    }
  }

  /** Whether an answer came without anybody having to wake this thread. */
  #stare(): boolean {
    const { parker } = this.#requests.segment.thread;
    const { reader } = this.#replies.ring;
    let there = !this.#replies.ring.isEmpty;
    let now = performance.now();
    for (const until = now + this.#budget.micros / 1000; !there && now < until;) {
      const before = now;
      there = reader.glance(parker, STARE_MICROS);
      now = performance.now();
      this.#budget.noteLook(now - before);
    }
    if (there) this.#budget.learn(0);
    return there;
  }

  #sleep(): void {
    const began = performance.now();
    const there = waitSync(this.#requests.segment.thread.parker, this.#awaiting(), Infinity);
    this.#budget.learn(performance.now() - began);
    if (there === 'there') this.#takeAll();
    else this.#end();
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
    this.#attention.close();
    this.#replies.segment.close();
    this.#requests.segment.close();
  }
}
