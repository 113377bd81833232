import { ByteRing, HandleError, hasReceiver, Segment } from '@multiprocess/shared-memory';
import type { CarrierTable } from '../words/carrier-table.js';
import type { LookAtRing, RingLook } from '../words/lost-seats.js';

/** Looks at rings, each once: make one for each search. Close it afterwards. */
export class CarrierLooks {
  readonly #table: CarrierTable;
  readonly #known = new Map<number, RingLook | 'gone' | undefined>();

  constructor(table: CarrierTable) {
    this.#table = table;
  }

  readonly look: LookAtRing = (carrier) => {
    if (!this.#known.has(carrier)) this.#known.set(carrier, this.#lookAt(carrier));
    return this.#known.get(carrier);
  };

  #lookAt(number: number): RingLook | 'gone' | undefined {
    const carrier = this.#table.at(number);
    if (carrier === undefined) return undefined;
    let segment: Segment;
    try {
      segment = Segment.attach(carrier.reference, carrier.kind);
    } catch (error) {
      // What is damaged, or cannot be opened for want of descriptors, says nothing of its messages.
      return error instanceof HandleError ? 'gone' : undefined;
    }
    try {
      const ring = ByteRing.at(segment, carrier.byteOffset);
      const { isShut, puts } = ring;
      return { puts, takes: ring.itemsTaken | 0, isOver: (isShut && ring.isEmpty) || !hasReceiver(carrier) };
    } catch {
      return undefined; // damaged
    } finally {
      segment.close();
    }
  }
}
