import { MessageCodec, decode, importNeeded } from '@multiprocess/serialization';
import { LoopYield, EOFError, WaitQueue, TimeoutError, waitSync } from '@multiprocess/shared-memory';
import type { ByteRing, Parker, RingItem, RingReader, Coroutine } from '@multiprocess/shared-memory';
import type { EndLease } from './end-lease.js';
import { RAW, messageWeight } from './message-bytes.js';
import type { Peer } from './peer.js';

/** Makes of a message what the caller gets. The message is good for the time of the call only, unless it is owned. */
export type Use<T> = (message: RingItem, side: ReceivingSide) => T;

/** How a connection takes messages out of the pipe. */
export class ReceivingSide {
  readonly line: WaitQueue;
  readonly codec: MessageCodec;
  readonly #reader: RingReader;
  readonly #peer: Peer;
  readonly #parker: Parker;
  readonly #breather = new LoopYield();
  /** Never asked: pending calls refer to this, and so keep the end. */
  readonly hold: EndLease;

  constructor(ring: ByteRing, peer: Peer, hold: EndLease) {
    const { parker } = hold.pipe.thread;
    this.codec = new MessageCodec(ring.definitions);
    this.#reader = ring.reader;
    this.#peer = peer;
    this.#parker = parker;
    this.hold = hold;
    this.line = new WaitQueue(parker);
  }

  /** Takes the next message, waiting for one: what `use` makes of it, or a promise of that if this has to wait. */
  receive<T>(use: Use<T>, timeout: number, signal: AbortSignal | undefined): Promise<T> | T {
    if (this.line.isEmpty || timeout === 0) {
      const item = this.#reader.tryGet();
      if (item !== undefined) {
        const weight = messageWeight(item.end - item.start);
        const value = use(item, this); // before any other call of this thread takes a message
        const breath = this.#breather.breath(weight);
        return breath === undefined ? value : breath.then(() => value);
      }
    }
    return this.#receiveLater(use, timeout, signal);
  }

  async #receiveLater<T>(use: Use<T>, timeout: number, signal: AbortSignal | undefined): Promise<T> {
    return check(await this.line.wait(() => this.#receiving(use), timeout, signal), timeout);
  }

  /** Like {@link receive}, but blocks the thread. */
  receiveSync<T>(use: Use<T>, timeout: number): T {
    const item = this.#reader.tryGetSoon(timeout);
    if (item !== undefined) return use(item, this);
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
  *becomingReady(): Coroutine<'there' | 'shut'> {
    yield* this.#peer.looking(); // one that was killed has shut nothing
    return yield* this.#reader.polling();
  }

  /** What was sent. Classes and hooks of the user's that take messages meanwhile do not overwrite this one. */
  decode(item: RingItem): unknown {
    if (item.mark === RAW) return this.#reader.whileReading(() => decode(item.bytes, item));
    if (item.owned || this.codec.isPlain(item)) return this.codec.decode(item);
    return this.#reader.whileReading(() => this.codec.decode(item));
  }

  /** The same, or a promise for it if modules have to be imported first. */
  decodeOnceImported(item: RingItem): unknown {
    const needed = this.codec.isPlain(item) ? undefined : importNeeded(item.bytes);
    if (needed === undefined) return this.decode(item);
    const own = item.owned ? item : item.copy();
    return needed.then(() => this.decode(own));
  }

  /** Uses it within the wait: what the ring gave is good only until this thread takes the next message. */
  *#receiving<T>(use: Use<T>): Coroutine<{ readonly value: T } | 'shut'> {
    yield* this.#peer.looking();
    const item = yield* this.#reader.getting();
    return item === 'shut' ? item : { value: use(item, this) };
  }
}

function check<T>(outcome: { readonly value: T } | 'shut' | undefined, timeout: number): T {
  if (outcome === undefined) throw new TimeoutError(`No message came within ${timeout} ms`);
  if (outcome === 'shut') {
    throw new EOFError('Everything sent has been received, and nobody holds the other end of the pipe any more');
  }
  return outcome.value;
}
