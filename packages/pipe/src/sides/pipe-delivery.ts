import { RingDelivery } from '@multiprocess/shared-memory';
import type { ByteRing, Delivery } from '@multiprocess/shared-memory';
import type { Peer } from './peer.js';
import type { PipeSegment } from '../words/pipe-segment.js';

/** A message that was sent through a pipe: lost when the other end is closed everywhere. */
export class PipeDelivery implements Delivery {
  readonly #pipe: PipeSegment;
  readonly #peer: Peer;
  readonly #message: Delivery;

  /** Make it right after the put. Keeps the pipe, which may be closed meanwhile, to see whether the message arrives. */
  constructor(pipe: PipeSegment, peer: Peer, ring: ByteRing) {
    this.#pipe = pipe.retain();
    this.#peer = peer;
    this.#message = new RingDelivery(ring);
  }

  get isLost(): boolean {
    this.#peer.look();
    return this.#peer.isGone || this.#message.isLost;
  }

  settle(): void {
    this.#pipe.release();
  }
}
