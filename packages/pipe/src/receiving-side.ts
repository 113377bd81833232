import { EOFError, Line, TimeoutError, waitSync } from '@multiprocess/shared-memory';
import type { ByteRing, Parker, RingItem, Waiting } from '@multiprocess/shared-memory';
import type { Hold } from './hold.js';
import type { Peer } from './peer.js';

/** Makes of a message what the caller gets. The message is good for the time of the call only, unless it is owned. */
export type Use<T> = (message: RingItem) => T;

/** How a connection takes messages out of the pipe. */
export class ReceivingSide {
  readonly line: Line;
  readonly #ring: ByteRing;
  readonly #peer: Peer;
  readonly #parker: Parker;
  /** Never asked: pending calls refer to this, and so keep the end. */
  readonly hold: Hold;

  constructor(ring: ByteRing, peer: Peer, hold: Hold) {
    const { parker } = hold.pipe.thread;
    this.#ring = ring;
    this.#peer = peer;
    this.#parker = parker;
    this.hold = hold;
    this.line = new Line(parker);
  }

  /** Takes a message that is there and that nobody here awaits. Never waits. */
  tryTake(timeout: number): RingItem | undefined {
    return this.line.isEmpty || timeout === 0 ? this.#ring.reader.tryGet() : undefined;
  }

  /** Takes the next message, waiting for one. */
  async receive<T>(use: Use<T>, timeout: number, signal: AbortSignal | undefined): Promise<T> {
    return check(await this.line.wait(() => this.#receiving(use), timeout, signal), timeout);
  }

  /** Like {@link receive}, but blocks the thread. */
  receiveSync<T>(use: Use<T>, timeout: number): T {
    const item = this.#ring.reader.tryGet();
    if (item !== undefined) return this.using(item, use);
    return check(waitSync(this.#parker, this.#receiving(use), timeout), timeout);
  }

  /** Waits until there is a message, or the end. Takes nothing. */
  async poll(timeout: number, signal: AbortSignal | undefined): Promise<boolean> {
    return (await this.line.wait(() => this.becomingReady(), timeout, signal)) !== undefined;
  }

  /** Like {@link poll}, but blocks the thread. */
  pollSync(timeout: number): boolean {
    return waitSync(this.#parker, this.becomingReady(), timeout) !== undefined;
  }

  /** Returns when there is a message, or the end. */
  *becomingReady(): Waiting<'there' | 'shut'> {
    yield* this.#peer.looking(); // one that was killed has shut nothing
    return yield* this.#ring.reader.awaitingItem();
  }

  /** Decodes, or copies: what is taken meanwhile, by hooks of the user's, does not overwrite the message. */
  using<T>(item: RingItem, use: Use<T>): T {
    return this.#ring.reader.whileReading(() => use(item));
  }

  /** Uses it within the wait: what the ring gave is good only until this thread takes the next message. */
  *#receiving<T>(use: Use<T>): Waiting<{ readonly value: T } | 'shut'> {
    yield* this.#peer.looking();
    const item = yield* this.#ring.reader.getting();
    return item === 'shut' ? item : { value: this.using(item, use) };
  }
}

function check<T>(outcome: { readonly value: T } | 'shut' | undefined, timeout: number): T {
  if (outcome === undefined) throw new TimeoutError(`No message came within ${timeout} ms`);
  if (outcome === 'shut') {
    throw new EOFError('Everything sent has been received, and nobody holds the other end of the pipe any more');
  }
  return outcome.value;
}
