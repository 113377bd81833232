import { serialize } from '@multiprocess/serialization';
import type { ByteRing, Waiting } from '@multiprocess/shared-memory';

/** Items on their way into a queue together. Serialized when it is made, so that an item that cannot be carried stops all. */
export class PutBatch {
  readonly #ring: ByteRing;
  readonly #items: Uint8Array[];
  #put = 0;

  constructor(ring: ByteRing, items: Iterable<unknown>) {
    this.#ring = ring;
    this.#items = Array.from(items, serialize);
    for (const item of this.#items) ring.checkFits(item.byteLength);
  }

  /** How many have been put so far. */
  get itemsPut(): number {
    return this.#put;
  }

  /** Puts what fits at once, waits for room for the next one, and so on. */
  *putting(): Waiting<'put' | 'shut'> {
    while (this.#put < this.#items.length) {
      const fitted = this.#ring.tryPutMany(this.#items, this.#put);
      if (fitted === 'shut') return 'shut';
      this.#put += fitted;
      const next = this.#items[this.#put];
      if (next === undefined) break;
      if ((yield* this.#ring.putting(next)) === 'shut') return 'shut';
      this.#put++;
    }
    return 'put';
  }
}
