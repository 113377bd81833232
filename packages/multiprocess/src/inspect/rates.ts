import { clock } from '@multiprocess/shared-memory';
import type { InspectedObject } from '@multiprocess/shared-memory';

/** Items for each second, between two looks. */
export interface Rate {
  readonly put: number;
  readonly taken: number;
}

type Flow = NonNullable<InspectedObject['flow']>;

/** How fast items go through objects, from one look to the next. */
export class Rates {
  #last = new Map<string, Flow>();
  #lookedAt = 0;

  /** The rates since the last call, by the objects' names; none at the first call, and for new objects. */
  since(objects: readonly InspectedObject[]): ReadonlyMap<string, Rate> {
    const now = clock.now();
    const seconds = (now - this.#lookedAt) / 1000;
    const rates = new Map<string, Rate>();
    const flows = new Map<string, Flow>();
    for (const { name, flow } of objects) {
      if (flow === undefined) continue;
      flows.set(name, flow);
      const last = this.#last.get(name);
      if (last === undefined) continue;
      // The counters go round at 2^32.
      rates.set(name, {
        put: rounded(((flow.put - last.put) >>> 0) / seconds),
        taken: rounded(((flow.taken - last.taken) >>> 0) / seconds),
      });
    }
    this.#last = flows;
    this.#lookedAt = now;
    return rates;
  }
}

/** Whole numbers, but two digits of a small rate: one item in a while is not none. */
function rounded(rate: number): number {
  return rate < 10 ? Number(rate.toPrecision(2)) : Math.round(rate);
}
