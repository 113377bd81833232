import type { ByteRing } from './byte-ring.js';
import { clock } from '../base/clock.js';
import type { Delivery } from '../handles/transfers.js';

/** How long a consumer may take to decode an item that it has taken. After that it counts as dead. */
const UNPACKING_MS = 2000;

/** A message that was put into a ring: on its way until a consumer takes it. */
export class RingDelivery implements Delivery {
  readonly #ring: ByteRing;
  /** How many items have been taken at least when this one has been. */
  readonly #ordinal: number;
  #takenAt: number | undefined;

  /** Made right after the put. */
  constructor(ring: ByteRing) {
    this.#ring = ring;
    this.#ordinal = ring.itemsPut;
  }

  get isLost(): boolean {
    const { isEmpty, isShut, itemsTaken } = this.#ring;
    // Items that a shutdown throws away never count as taken. A ring that was closed here reads as zeros.
    const isGone = (isShut && isEmpty) || ((itemsTaken - this.#ordinal) | 0) >= 0;
    if (!isGone) return false;
    this.#takenAt ??= clock.now();
    return clock.now() - this.#takenAt > UNPACKING_MS;
  }
}
