import { awaitSteps, blockSteps, LoopYield, takeTransfers, WaitQueue } from '@multiprocess/shared-memory';
import type { ByteRing, Delivery, Parker, RingMessage, Steps, TransferList } from '@multiprocess/shared-memory';
import type { MessageCodec } from './message-codec.js';

/**
 * Puts messages into a ring: what queues and pipes have in common, for both forms.
 *
 * The objects that a message gives away are given away when the message is put, and only then.
 */
export abstract class MessageSender {
  /** The async calls of this thread that wait for room. */
  readonly waiting: WaitQueue;
  protected readonly ring: ByteRing;
  protected readonly codec: MessageCodec;
  protected readonly parker: Parker;
  protected readonly loopYield = new LoopYield();

  constructor(ring: ByteRing, codec: MessageCodec, parker: Parker) {
    this.ring = ring;
    this.codec = codec;
    this.parker = parker;
    this.waiting = new WaitQueue(parker);
  }

  /** Sends a copy of the value, waiting for room. Undefined if that is done already, which saves a promise. */
  send(value: unknown, timeout: number, signal: AbortSignal | undefined): Promise<void> | undefined {
    const message = this.codec.encode(value);
    return this.sendMessage(message, this.#boarding(), timeout, signal);
  }

  /** Like {@link send}, but blocks the thread. */
  sendSync(value: unknown, timeout: number): void {
    const message = this.codec.encode(value);
    this.sendMessageSync(message, this.#boarding(), timeout);
  }

  /** What the message that was just encoded gives away: it is on its way into the ring. */
  #boarding(): TransferList | undefined {
    const transfers = takeTransfers();
    transfers?.board(this.ring.carrier);
    return transfers;
  }

  /** Puts an encoded message, as {@link send} does. */
  protected sendMessage(
    message: RingMessage,
    transfers: TransferList | undefined,
    timeout: number,
    signal: AbortSignal | undefined,
  ): Promise<void> | undefined {
    if ((this.waiting.isEmpty || timeout === 0) && this.#tryPut(message, transfers)) {
      return this.loopYield.yieldIfDue(this.weightOf(message.byteLength));
    }
    // The encoder, or the caller, may use its memory again before the message is put.
    return awaitSteps(this.#putting(message.copy(), transfers, timeout, signal));
  }

  /** Like {@link sendMessage}, but blocks the thread. */
  protected sendMessageSync(message: RingMessage, transfers: TransferList | undefined, timeout: number): void {
    if (!this.#tryPut(message, transfers)) blockSteps(this.#putting(message, transfers, timeout));
  }

  *#putting(
    message: RingMessage,
    transfers: TransferList | undefined,
    timeout: number,
    signal?: AbortSignal,
  ): Steps<void> {
    try {
      const outcome = yield* this.waiting.step(() => this.ring.writer.putting(message), timeout, signal);
      if (outcome !== 'put') throw this.refusal(outcome, timeout, 0);
    } catch (error) {
      transfers?.cancel();
      throw error;
    }
    transfers?.sent(() => this.delivery());
  }

  #tryPut(message: RingMessage, transfers: TransferList | undefined): boolean {
    try {
      this.beforePut();
      const outcome = this.ring.writer.tryPut(message);
      if (outcome === 'shut') throw this.refusal(outcome, 0, 0);
      if (outcome !== 'put') return false;
    } catch (error) {
      transfers?.cancel();
      throw error;
    }
    transfers?.sent(() => this.delivery());
    return true;
  }

  /** Looks at what could have ended the channel without shutting the ring. */
  protected beforePut(): void {
    // Nothing, as a rule.
  }

  /** For how many small messages one of that length counts; see `LoopYield`. */
  protected weightOf(byteLength: number): number;
  protected weightOf(): number {
    return 1;
  }

  /** How the message that was put last can be lost. */
  protected abstract delivery(): Delivery;

  /** The error for messages that could not be put: the ring is shut, or had no room in time. */
  protected abstract refusal(outcome: 'shut' | undefined, timeout: number, messagesPut: number): Error;
}
