import { clock, lookWhileHot, runAtOnce, TimeoutError, WaitQueue, waitSync } from '@multiprocess/shared-memory';
import type { ByteRing, Coroutine, RingItem, Segment } from '@multiprocess/shared-memory';
import { codecOf } from '../wire/codec.js';
import * as Kind from '../wire/frame-kind.js';
import { frameLength, newFrame, readFrame } from '../wire/frame.js';
import type { Frame } from '../wire/frame.js';
import type { ManagerSegment } from '../wire/manager-segment.js';
import { createReplyRing } from '../wire/manager-segment.js';
import type { Link, LinkListener } from './link.js';
import { Outbox } from '../wire/outbox.js';
import { hotBudget, RingPoller } from '../wire/ring-poller.js';
import { untilDead } from './until-dead.js';

const MAX_TOGETHER = 256;
/** How long a blocked thread looks before it looks at the clock. */
const SPIN_MICROS = 20;
/**
 * With this many requests the server may begin before this run of JavaScript ends. Then with twice as many each time: it is
 * busy, and waking it again may cost more than doing them.
 */
const ENOUGH_TO_BEGIN = 32;
/** How long a thread blocks for a full ring, so that a handle does not leave before the object exists. */
const DELIVER_MS = 10_000;

/** Ends a wait in the background when a call that blocks the thread takes over its work. */
const TAKEN_OVER = new Error('taken over');

/** The way to a server on this machine: the ring of its requests, and a ring of this thread for the answers. */
export class RingLink implements Link {
  readonly codec = codecOf('msgpack');
  readonly number: number;
  readonly #requests: ManagerSegment;
  readonly #replies: { readonly segment: Segment; readonly ring: ByteRing };
  readonly #listener: LinkListener;
  readonly #senders: WaitQueue;
  readonly #poller: RingPoller;
  readonly #budget = hotBudget();
  #isWanted: () => boolean = () => false;
  readonly #outbox: Outbox;
  #flushQueued = false;
  #enough = ENOUGH_TO_BEGIN;
  #draining = false;
  #over = false;

  constructor(requests: ManagerSegment, listener: LinkListener) {
    this.#requests = requests;
    this.#listener = listener;
    this.number = requests.nextClient();
    this.#replies = createReplyRing();
    this.#outbox = new Outbox(requests.ring, (frame, error) => listener.onRefused(frame, error));
    const { parker, self } = requests.segment.thread;
    this.#senders = new WaitQueue(parker);
    const awaitsAnswers = {
      receiving: () => this.#receiving(),
      isWanted: () => !this.#over && this.#isWanted(),
    };
    this.#poller = new RingPoller(this.#replies.ring, parker, awaitsAnswers, 'yield');
    const { reference } = this.#replies.segment;
    this.#tell(Kind.HELLO, this.codec.encode([reference, self]));
  }

  post(frame: Frame): void {
    this.#requests.ring.writer.checkFits(frameLength(frame));
    const count = this.#outbox.push(frame);
    if (!this.#flushQueued) {
      this.#flushQueued = true;
      clock.queueMicrotask(this.#flushAtEnd);
    }
    if (count < this.#enough) return;
    this.#enough *= 2;
    this.flush();
  }

  /** All clients put into one ring: what is in there now, the server does before what others put later. */
  deliver(): void {
    if (this.#flushSync(DELIVER_MS)) return;
    throw new TimeoutError(`The manager has not taken a request within ${DELIVER_MS} ms: it is busy, or stopped`);
  }

  ref(): void {
    this.#poller.ref();
    this.#senders.ref();
  }

  unref(): void {
    this.#poller.unref();
    this.#senders.unref();
  }

  listen(wanted: () => boolean): void {
    this.#isWanted = wanted;
    if (!this.#poller.isOn) void this.#attend();
  }

  checkCanBlock(): void {}

  runSync(done: () => boolean): void {
    try {
      this.#flushSync();
      while (!done() && !this.#over) this.#receiveSync();
    } catch (error) {
      this.#fail(error);
    }
    this.#poller.reconsider();
  }

  close(): void {
    if (this.#over) return;
    this.#tell(Kind.BYE);
    this.flush();
    this.#letGo();
  }

  #tell(kind: number, body?: Uint8Array): void {
    this.post({ ...newFrame(kind, 0, body), client: this.number });
  }

  readonly #flushAtEnd = (): void => {
    this.#flushQueued = false;
    this.#enough = ENOUGH_TO_BEGIN;
    this.flush();
  };

  /** Puts all that was posted, with one store and one wake; waits in the background if there is no room. */
  flush(): void {
    if (this.#outbox.length === 0 || this.#draining || this.#over) return;
    try {
      const put = this.#outbox.tryPut();
      if (put === 'shut') this.#end();
      else if (put === 'some') void this.#drain();
    } catch (error) {
      this.#fail(error);
    }
  }

  async #drain(): Promise<void> {
    this.#draining = true;
    try {
      if ((await this.#senders.wait(() => this.#sending(), Infinity)) !== 'put') this.#end();
    } catch (error) {
      // A call that blocks the thread may have taken over what was to be sent.
      if (error !== TAKEN_OVER) this.#fail(error);
    } finally {
      this.#draining = false;
      this.flush(); // what has been posted since
    }
  }

  /** Whether all was put in time; the rest goes in the background then. */
  #flushSync(timeout = Infinity): boolean {
    if (this.#outbox.length === 0 || this.#over) return true;
    // What is still in the outbox has not been put, even if the background waits for that: it begins anew here.
    if (this.#draining) this.#senders.dismiss(() => TAKEN_OVER);
    if (this.#outbox.tryPut() === 'all') return true;
    const put = waitSync(this.#requests.segment.thread.parker, this.#sending(), timeout);
    if (put === undefined) {
      if (!this.#draining) void this.#drain();
      return false;
    }
    if (put !== 'put') this.#end();
    return true;
  }

  async #attend(): Promise<void> {
    try {
      if ((await this.#poller.listen()) !== 'unwanted') this.#end();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Whether an answer came without a wake-up of this thread. */
  #spin(): boolean {
    const { ring } = this.#replies;
    if (ring.isEmpty) return lookWhileHot(ring.reader, this.#requests.segment.thread.parker, this.#budget, SPIN_MICROS);
    this.#budget.learn(0);
    return true;
  }

  #receiveSync(): void {
    const { parker } = this.#requests.segment.thread;
    let received: number | string | undefined = this.#spin() ? runAtOnce(parker, this.#takingReplies()) : undefined;
    if (received === undefined) {
      const began = clock.now();
      received = waitSync(parker, this.#receiving(), Infinity);
      this.#budget.learn(clock.now() - began);
    }
    if (typeof received !== 'number') this.#end();
  }

  /** Takes answers, waiting for the first of them, and deals with them. */
  #receiving(): Coroutine<number | 'shut' | 'dead'> {
    return this.#untilDead(this.#takingReplies());
  }

  #takingReplies(): Coroutine<number | 'shut'> {
    return this.#replies.ring.reader.gettingMany(Infinity, this.#receive, MAX_TOGETHER);
  }

  readonly #receive = (items: readonly RingItem[]): boolean => {
    for (const { source, start, end } of items) {
      const frame = readFrame(source, start, end);
      if (frame !== undefined) this.#listener.onFrame(frame);
    }
    return !this.#over;
  };

  #sending(): Coroutine<'put' | 'shut' | 'dead'> {
    return this.#untilDead(this.#outbox.putting());
  }

  #untilDead<T>(waiting: Coroutine<T>): Coroutine<T | 'dead'> {
    return untilDead(waiting, this.#requests.segment.thread, this.#server);
  }

  readonly #server = (): number => this.#requests.server;

  /** The server has gone: takes the answers that are there, and ends. */
  #end(): void {
    if (this.#over) return;
    try {
      runAtOnce(this.#requests.segment.thread.parker, this.#takingReplies());
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#fail(undefined);
  }

  /** Ends the connection; `cause` says why, unless the server has gone. */
  #fail(cause: unknown): void {
    if (this.#over) return;
    this.#letGo();
    this.#listener.onEnd(cause);
  }

  #letGo(): void {
    this.#over = true;
    this.#outbox.clear();
    this.#senders.dismiss(() => new Error('closed'));
    this.#poller.close();
    this.#replies.segment.close();
    this.#requests.segment.close();
  }
}
