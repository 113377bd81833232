import { decode, MessageCodec, MessageReceiver } from '@multiprocess/serialization';
import { EOFError, TimeoutError, waitSync, within } from '@multiprocess/shared-memory';
import type { ByteRing, Coroutine, RingItem } from '@multiprocess/shared-memory';
import type { EndLease } from '../leases/end-lease.js';
import { messageWeight, RAW } from './message-bytes.js';
import type { Peer } from './peer.js';

/** How a connection takes messages out of the pipe. */
export class ReceivingSide extends MessageReceiver {
  readonly #peer: Peer;
  /** Not used: pending calls refer to this, and so keep the end. */
  readonly lease: EndLease;

  constructor(ring: ByteRing, peer: Peer, lease: EndLease) {
    super(ring, new MessageCodec(ring.definitions), lease.pipe.thread.parker);
    this.#peer = peer;
    this.lease = lease;
  }

  /** Waits until there is a message, or the end. Takes nothing. */
  async poll(timeout: number, signal: AbortSignal | undefined): Promise<boolean> {
    return (await this.waiting.wait(() => this.becomingReady(), timeout, signal)) !== undefined;
  }

  /** Like {@link poll}, but blocks the thread. */
  pollSync(timeout: number): boolean {
    return waitSync(this.parker, this.becomingReady(), timeout) !== undefined;
  }

  /** Returns when there is a message, or the end. */
  *becomingReady(): Coroutine<'there' | 'shut'> {
    yield* this.#peer.looking(); // a sender that was killed has not shut the ring
    return yield* this.reader.polling();
  }

  override decode(message: RingItem): unknown {
    if (message.mark === RAW) return this.reader.whileReading(() => decode(message.bytes, message));
    return super.decode(message);
  }

  protected override *getting(): Coroutine<RingItem | 'shut'> {
    yield* this.#peer.looking();
    return yield* this.reader.getting();
  }

  protected override weightOf(byteLength: number): number {
    return messageWeight(byteLength);
  }

  protected override refusal(outcome: 'shut' | undefined, timeout: number): Error {
    if (outcome === undefined) return new TimeoutError(`No message came${within(timeout)}`);
    return new EOFError('Everything sent has been received, and the other end of the pipe is closed everywhere');
  }
}
