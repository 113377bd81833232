import type { ByteRing } from './byte-ring.js';
import { clock } from '../base/clock.js';
import type { Delivery } from '../handles/transfers.js';

/** How long a consumer may take from taking an item to having made of it what it is. Then it has died in between. */
const UNPACKING_MS = 2000;

/** A message that was put into a ring: on its way until a consumer takes it. */
export class RingDelivery implements Delivery {
  readonly #ring: ByteRing;
  /** Items that will have been taken when it has been; more, if others have put some since. */
  readonly #ordinal: number;
  #takenAt: number | undefined;

  /** Made right after the put. */
  constructor(ring: ByteRing) {
    this.#ring = ring;
    this.#ordinal = ring.itemsPut;
  }

  get isLost(): boolean {
    const { isEmpty, isShut, itemsTaken } = this.#ring;
    // What a shutdown throws away is never counted as taken. Of a ring that was closed here nothing is known: zeros.
    const isGone = (isShut && isEmpty) || ((itemsTaken - this.#ordinal) | 0) >= 0;
    if (!isGone) return false;
    this.#takenAt ??= clock.now();
    return clock.now() - this.#takenAt > UNPACKING_MS;
  }
}
