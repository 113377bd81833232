import { MessageCodec, MessageSender } from '@multiprocess/serialization';
import { BrokenPipeError, RingMessage, TimeoutError, within } from '@multiprocess/shared-memory';
import type { ByteRing } from '@multiprocess/shared-memory';
import type { EndLease } from '../leases/end-lease.js';
import { messageWeight, RAW } from './message-bytes.js';
import type { Peer } from './peer.js';
import { PipeDelivery } from './pipe-delivery.js';

/** How a connection puts messages into the pipe. */
export class SendingSide extends MessageSender {
  readonly #peer: Peer;
  /** Pending calls refer to this, and so keep the end. */
  readonly #lease: EndLease;

  constructor(ring: ByteRing, peer: Peer, lease: EndLease) {
    super(ring, new MessageCodec(ring.definitions), lease.pipe.thread.parker);
    this.#peer = peer;
    this.#lease = lease;
  }

  /** Sends bytes as they are. Undefined if that is done already. */
  sendBytes(bytes: Uint8Array, timeout: number, signal: AbortSignal | undefined): Promise<void> | undefined {
    return this.sendMessage(RingMessage.of(bytes, RAW), undefined, timeout, signal);
  }

  /** Like {@link sendBytes}, but blocks the thread. */
  sendBytesSync(bytes: Uint8Array, timeout: number): void {
    this.sendMessageSync(RingMessage.of(bytes, RAW), undefined, timeout);
  }

  protected override beforePut(): void {
    this.#peer.look(); // a receiver that was killed has not shut the ring
  }

  protected override weightOf(byteLength: number): number {
    return messageWeight(byteLength);
  }

  protected override delivery(): PipeDelivery {
    return new PipeDelivery(this.#lease.pipe, this.#peer, this.ring);
  }

  protected override refusal(outcome: 'shut' | undefined, timeout: number): Error {
    if (outcome === undefined) return new TimeoutError(`The pipe had no room${within(timeout)}: nothing was sent`);
    return new BrokenPipeError('No receiver is left: the other end of the pipe was closed, or its processes ended');
  }
}
