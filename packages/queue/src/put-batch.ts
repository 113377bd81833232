import { encode } from '@multiprocess/serialization';
import { takeParcels } from '@multiprocess/shared-memory';
import type { Carrier, Parcels, RingWriter, Waiting } from '@multiprocess/shared-memory';

const SMALL_BYTES = 1024;
const SHARED_BYTES = 16_384;

/** Items on their way into a queue together. Serialized when it is made, so that an item that cannot be carried stops all. */
export class PutBatch {
  readonly #writer: RingWriter;
  readonly #items: readonly Uint8Array[];
  /** What the items give away, by their index. */
  readonly #parcels = new Map<number, Parcels>();
  #put = 0;

  constructor(writer: RingWriter, items: Iterable<unknown>) {
    this.#writer = writer;
    try {
      this.#items = encodeAll(items, this.#parcels);
      for (const item of this.#items) writer.checkFits(item.byteLength);
    } catch (error) {
      for (const parcels of this.#parcels.values()) parcels.cancel();
      throw error;
    }
  }

  /** How many have been put so far. */
  get itemsPut(): number {
    return this.#put;
  }

  /** What has been put is given away; the rest is not. */
  settle(carrier: Carrier): void {
    for (const [index, parcels] of this.#parcels) {
      if (index < this.#put) parcels.sent(carrier);
      else parcels.cancel();
    }
  }

  /** Puts what fits at once, waits for room for the next one, and so on. */
  *putting(): Waiting<'put' | 'shut'> {
    while (this.#put < this.#items.length) {
      const fitted = this.#writer.tryPutMany(this.#items, this.#put);
      if (fitted === 'shut') return 'shut';
      this.#put += fitted;
      const next = this.#items[this.#put];
      if (next === undefined) break;
      if ((yield* this.#writer.putting(next)) === 'shut') return 'shut';
      this.#put++;
    }
    return 'put';
  }
}

/** Small messages share a buffer, because memory of its own for each costs more than encoding it does. */
function encodeAll(items: Iterable<unknown>, givenAway: Map<number, Parcels>): Uint8Array[] {
  const messages: Uint8Array[] = [];
  let shared = new Uint8Array(SHARED_BYTES);
  let used = 0;
  for (const item of items) {
    const message = encode(item);
    const parcels = takeParcels();
    if (parcels !== undefined) givenAway.set(messages.length, parcels);
    if (message.byteLength > SMALL_BYTES) {
      messages.push(message.slice());
      continue;
    }
    if (used + message.byteLength > shared.byteLength) {
      shared = new Uint8Array(SHARED_BYTES);
      used = 0;
    }
    shared.set(message, used);
    messages.push(shared.subarray(used, used + message.byteLength));
    used = (used + message.byteLength + 7) & ~7; // aligned as records are, or copying goes byte by byte
  }
  return messages;
}
