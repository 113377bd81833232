import type { RingCore } from './ring-core.js';
import { CAPACITY, EASY_BYTES, LARGEST, RING_FIRST_BYTES, SEEN_HEAD, recordBytes } from './ring-layout.js';

/**
 * Up to this size a ring grows at once and stays as large: so much stays in a processor's cache. Beyond, it grows only
 * if no consumer is at work, and is made small again when it is empty.
 */
const HANDY_BYTES = 2 ** 21;
/** Up to this size a ring that was made good use of since it was empty last is kept for the next time. */
const KEPT_BYTES = 2 ** 23;
/** A handy ring has room for some of the largest items, so that producer and consumer need not take turns. */
const HANDY_RECORDS = 4;

/** How much memory a ring has: it grows with its backlog and its items, and gives back what it does not use any more. */
export class RingRoom {
  readonly #core: RingCore;
  readonly #words: Int32Array;
  readonly #easyBytes: number;

  constructor(core: RingCore) {
    const { memory, words } = core;
    this.#core = core;
    this.#words = words;
    const easyBytes = Atomics.load(words, EASY_BYTES);
    const isCapacity = easyBytes >= RING_FIRST_BYTES && (easyBytes & (easyBytes - 1)) === 0;
    this.#easyBytes = isCapacity ? easyBytes : memory.mostBytes;
  }

  /** How large the ring may get for an item of `length` bytes. */
  mostBytesFor(length: number): number {
    const forItem = 2 ** Math.ceil(Math.log2(2 * recordBytes(length)));
    return Math.min(Math.max(this.#easyBytes, forItem), this.#core.memory.mostBytes);
  }

  /** Grows the ring for an item of `length` bytes. Under PRODUCERS. Returns false if a consumer is in the way. */
  tryGrow(length: number): boolean {
    if (!this.#core.tryEnterConsumers()) return false;
    try {
      this.#core.memory.grow(length, this.mostBytesFor(length));
      if (this.#core.memory.capacity > KEPT_BYTES) this.#words[LARGEST] = length; // a backlog is no measure for what follows
    } finally {
      this.#core.consumers.unlock();
    }
    return true;
  }

  /** Remembers how much the ring is used. `tail` is about to be published, with a record so long. Under PRODUCERS. */
  noteUse(tail: number, byteLength: number): void {
    const largest = this.#words[LARGEST]!;
    if (byteLength > largest) this.#words[LARGEST] = byteLength;
    const capacity = this.#words[CAPACITY]!;
    if (capacity <= HANDY_BYTES || capacity > KEPT_BYTES) return;
    const used = (tail - this.#words[SEEN_HEAD]!) | 0;
    const asLarge = capacity / HANDY_RECORDS;
    if (used > capacity / 2 && asLarge > largest) this.#words[LARGEST] = asLarge;
  }

  /** How large a ring may well be without any backlog. Under either mutex. */
  get handyBytes(): number {
    const forLargest = 2 ** Math.ceil(Math.log2(Math.max(1, HANDY_RECORDS * this.#words[LARGEST]!)));
    return Math.min(Math.max(HANDY_BYTES, forLargest), this.#core.memory.mostBytes);
  }

  /** Makes a ring that has grown large handy again, if it is empty and nobody is in the way. Under none. */
  shrinkIfEmpty(): void {
    this.#ifLargeAndEmpty(() => {
      if (this.#core.memory.capacity > this.handyBytes) this.#core.memory.shrink(this.handyBytes);
      this.#words[LARGEST]! >>>= 1; // a single large item is forgotten, one in every round is not
    });
  }

  /**
   * What {@link shrinkIfEmpty} has not done, because whoever emptied the ring was killed, or another consumer was in the
   * way: done by whoever is about to sleep. Leaves alone what that has decided upon. Under none.
   */
  shrinkIfForgotten(): void {
    this.#ifLargeAndEmpty(() => {
      if (this.#core.memory.capacity > 2 * this.handyBytes) this.#core.memory.shrink(this.handyBytes);
    });
  }

  #ifLargeAndEmpty(shrink: () => void): void {
    if (!this.#isLargeAndEmpty() || !this.#core.tryEnterProducers()) return;
    try {
      if (!this.#core.tryEnterConsumers()) return;
      try {
        if (this.#isLargeAndEmpty()) shrink();
      } finally {
        this.#core.consumers.unlock();
      }
    } finally {
      this.#core.producers.unlock();
    }
  }

  #isLargeAndEmpty(): boolean {
    return this.#words[CAPACITY]! > HANDY_BYTES && this.#core.isEmpty;
  }
}
