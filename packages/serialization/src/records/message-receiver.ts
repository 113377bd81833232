import { LoopYield, WaitQueue, waitSync } from '@multiprocess/shared-memory';
import type { ByteRing, Coroutine, Parker, RingItem, RingReader } from '@multiprocess/shared-memory';
import { importNeeded } from '../decode/import-needed.js';
import type { MessageCodec } from './message-codec.js';

/** Makes of a message what the caller gets. The message is valid during the call only, unless it is owned. */
export type Use<T> = (message: RingItem, receiver: MessageReceiver) => T;

/** Decodes a message, for a caller that blocks. */
export const decoded: Use<unknown> = (message, receiver) => receiver.decode(message);

/** Decodes a message, for a caller that awaits: a promise for the value if modules have to be imported first. */
export const decodedOnceImported: Use<unknown> = (message, receiver) => receiver.decodeOnceImported(message);

/** Takes messages out of a ring: what queues and pipes have in common, for both forms. */
export abstract class MessageReceiver {
  /** The async calls of this thread that wait for a message. */
  readonly waiting: WaitQueue;
  readonly codec: MessageCodec;
  protected readonly reader: RingReader;
  protected readonly parker: Parker;
  protected readonly loopYield = new LoopYield();

  constructor(ring: ByteRing, codec: MessageCodec, parker: Parker) {
    this.codec = codec;
    this.reader = ring.reader;
    this.parker = parker;
    this.waiting = new WaitQueue(parker);
  }

  /** Takes the next message, waiting for one: what `use` makes of it, or a promise of that if this has to wait. */
  receive<T>(use: Use<T>, timeout: number, signal: AbortSignal | undefined): Promise<T> | T {
    if (this.waiting.isEmpty || timeout === 0) {
      const message = this.takeKept() ?? this.reader.tryGet();
      if (message !== undefined) {
        const weight = this.weightOf(message.end - message.start);
        const value = use(message, this); // before any other call of this thread takes a message
        const yielded = this.loopYield.yieldIfDue(weight);
        return yielded === undefined ? value : yielded.then(() => value);
      }
    }
    return this.#receiveLater(use, timeout, signal);
  }

  async #receiveLater<T>(use: Use<T>, timeout: number, signal: AbortSignal | undefined): Promise<T> {
    return this.#result(await this.waiting.wait(() => this.#receiving(use), timeout, signal), timeout);
  }

  /** Like {@link receive}, but blocks the thread. */
  receiveSync<T>(use: Use<T>, timeout: number): T {
    const message = this.takeKept() ?? this.reader.tryGetSoon(timeout);
    if (message !== undefined) return use(message, this);
    return this.#result(waitSync(this.parker, this.#receiving(use), timeout), timeout);
  }

  /** The value of a message. Classes and hooks of the user's that take messages meanwhile do not overwrite this one. */
  decode(message: RingItem): unknown {
    if (message.owned || this.codec.isPlain(message)) return this.codec.decode(message);
    return this.reader.whileReading(() => this.codec.decode(message));
  }

  /** The same, or a promise for it if modules have to be imported first. */
  decodeOnceImported(message: RingItem): unknown {
    const needed = this.importNeeded(message);
    if (needed === undefined) return this.decode(message);
    const own = message.owned ? message : message.copy();
    return needed.then(() => this.decode(own));
  }

  /** A promise for the modules that the message needs and that have not been imported; undefined if it needs none. */
  protected importNeeded(message: RingItem): Promise<void> | undefined {
    return this.codec.isPlain(message) ? undefined : importNeeded(message.bytes);
  }

  /** Uses the message within the wait: it is valid only until this thread takes the next one. */
  *#receiving<T>(use: Use<T>): Coroutine<{ readonly value: T } | 'shut'> {
    const message = this.takeKept() ?? (yield* this.getting());
    return message === 'shut' ? message : { value: use(message, this) };
  }

  #result<T>(outcome: { readonly value: T } | 'shut' | undefined, timeout: number): T {
    if (outcome === undefined || outcome === 'shut') throw this.refusal(outcome, timeout);
    return outcome.value;
  }

  /** A message that this thread has taken already and not given out. */
  protected takeKept(): RingItem | undefined {
    return undefined;
  }

  /** Takes the next message from the ring, waiting for one. */
  protected getting(): Coroutine<RingItem | 'shut'> {
    return this.reader.getting();
  }

  /** For how many small messages one of that length counts; see `LoopYield`. */
  protected weightOf(byteLength: number): number;
  protected weightOf(): number {
    return 1;
  }

  /** The error when there is no message: the ring is shut and empty, or none came in time. */
  protected abstract refusal(outcome: 'shut' | undefined, timeout: number): Error;
}
