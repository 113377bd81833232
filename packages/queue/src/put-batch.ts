import { encode } from '@multiprocess/serialization';
import type { RingWriter, Waiting } from '@multiprocess/shared-memory';

const FIRST_BYTES = 4096;

/** Items on their way into a queue together. Serialized when it is made, so that an item that cannot be carried stops all. */
export class PutBatch {
  readonly #writer: RingWriter;
  readonly #items: readonly Uint8Array[];
  #put = 0;

  constructor(writer: RingWriter, items: Iterable<unknown>) {
    this.#writer = writer;
    this.#items = encodeAll(items);
    for (const item of this.#items) writer.checkFits(item.byteLength);
  }

  /** How many have been put so far. */
  get itemsPut(): number {
    return this.#put;
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

/** One buffer for all, because memory of its own for each costs more than encoding a small item does. */
function encodeAll(items: Iterable<unknown>): Uint8Array[] {
  let bytes = new Uint8Array(FIRST_BYTES);
  const ends: number[] = [];
  let end = 0;
  for (const item of items) {
    const message = encode(item);
    if (end + message.byteLength > bytes.byteLength) {
      const larger = new Uint8Array(Math.max(2 * bytes.byteLength, end + message.byteLength));
      larger.set(bytes.subarray(0, end));
      bytes = larger;
    }
    bytes.set(message, end);
    end += message.byteLength;
    ends.push(end);
  }
  return ends.map((stop, i) => bytes.subarray(ends[i - 1] ?? 0, stop));
}
