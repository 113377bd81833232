import { clock } from '../base/clock.js';
import { CAPACITY, EASY_BYTES, LARGEST, recordBytes, RING_FIRST_BYTES, SEEN_HEAD } from './ring-layout.js';
import type { RingMemory } from './ring-memory.js';

/**
 * Up to this size, which fits into a processor's cache, a ring grows at once and stays as large. Beyond, it grows only if no
 * consumer is at work, and shrinks when it is empty.
 */
const HANDY_BYTES = 2 ** 21;
/** Up to this size, a ring that was well used since it was last empty keeps its size. */
const KEPT_BYTES = 2 ** 23;
/** A handy ring has room for some of the largest items, so that producer and consumer need not take turns. */
const HANDY_RECORDS = 4;
/** What growing costs: fresh pages of the system, measured on virtual machines. Copying as much takes a tenth of it. */
const GROW_MS_PER_BYTE = 0.5 / 2 ** 20;

/** The ring whose memory grows and shrinks, and its two mutexes. */
interface Ring {
  readonly words: Int32Array;
  readonly memory: RingMemory;
  readonly producers: { unlock(): void };
  readonly consumers: { unlock(): void };
  readonly isEmpty: boolean;
  tryEnterProducers(): boolean;
  tryEnterConsumers(): boolean;
}

/** The memory of a ring: it grows with the backlog and the items, and shrinks when it is not used. */
export class RingRoom {
  readonly #ring: Ring;
  readonly #words: Int32Array;
  readonly #easyBytes: number;
  /** HEAD as it was when there was no room, and when it was first seen there; undefined: there has been room so far. */
  #taken: { readonly head: number; readonly at: number } | undefined;

  constructor(ring: Ring) {
    const { memory, words } = ring;
    this.#ring = ring;
    this.#words = words;
    const easyBytes = Atomics.load(words, EASY_BYTES);
    const isCapacity = easyBytes >= RING_FIRST_BYTES && (easyBytes & (easyBytes - 1)) === 0;
    this.#easyBytes = isCapacity ? easyBytes : memory.maxBytes;
  }

  /** How large the ring may get for an item of `length` bytes. */
  maxBytesFor(length: number): number {
    const forItem = 2 ** Math.ceil(Math.log2(2 * recordBytes(length)));
    return Math.min(Math.max(this.#easyBytes, forItem), this.#ring.memory.maxBytes);
  }

  /** Milliseconds that it takes to make the ring twice as large. */
  get growMs(): number {
    return this.#words[CAPACITY]! * GROW_MS_PER_BYTE;
  }

  /** There was no room while the consumer had taken all up to `head`: it has been seen to take something when it has taken more. */
  noteCrowded(head: number): void {
    this.#taken ??= { head, at: -Infinity };
  }

  /**
   * How many more milliseconds a consumer is given that has taken all up to `head`, before the ring grows: as many since its last
   * take as growing costs. So waiting in vain at most doubles that price (the bound of the ski rental problem), and a producer that is a
   * little faster than its consumer stays in a ring that fits into the cache. A consumer that has not been seen to take anything gets none.
   */
  patience(head: number): number {
    const now = clock.now();
    if (this.#taken?.head !== head) this.#taken = { head, at: now };
    return this.#taken.at + this.growMs - now;
  }

  /** Grows the ring for an item of `length` bytes. Under PRODUCERS. Returns false if a consumer holds its mutex. */
  tryGrow(length: number): boolean {
    if (!this.#ring.tryEnterConsumers()) return false;
    try {
      this.#ring.memory.grow(length, this.maxBytesFor(length));
      if (this.#ring.memory.capacity > KEPT_BYTES) this.#words[LARGEST] = length; // a backlog does not predict what follows
    } finally {
      this.#ring.consumers.unlock();
    }
    return true;
  }

  /** Notes how much the ring is used, before `tail` is published with a record of that length. Under PRODUCERS. */
  noteUse(tail: number, byteLength: number): void {
    const largest = this.#words[LARGEST]!;
    if (byteLength > largest) this.#words[LARGEST] = byteLength;
    const capacity = this.#words[CAPACITY]!;
    if (capacity <= HANDY_BYTES || capacity > KEPT_BYTES) return;
    const used = (tail - this.#words[SEEN_HEAD]!) | 0;
    const asLarge = capacity / HANDY_RECORDS;
    if (used > capacity / 2 && asLarge > largest) this.#words[LARGEST] = asLarge;
  }

  /** The size that a ring may keep without a backlog. Under either mutex. */
  get handyBytes(): number {
    const forLargest = 2 ** Math.ceil(Math.log2(Math.max(1, HANDY_RECORDS * this.#words[LARGEST]!)));
    return Math.min(Math.max(HANDY_BYTES, forLargest), this.#ring.memory.maxBytes);
  }

  /** Shrinks a large ring to {@link handyBytes}, if it is empty and no thread holds a mutex. Under no mutex. */
  shrinkIfEmpty(): void {
    this.#ifLargeAndEmpty(() => {
      if (this.#ring.memory.capacity > this.handyBytes) this.#ring.memory.shrink(this.handyBytes);
      this.#words[LARGEST]! >>>= 1; // a single large item is forgotten, one in every round is not
    });
  }

  /**
   * Like {@link shrinkIfEmpty}, for a consumer that is about to sleep: the thread that emptied the ring may have been killed,
   * or another consumer may have held the mutex. Keeps the size that {@link shrinkIfEmpty} chose. Under no mutex.
   */
  shrinkIfForgotten(): void {
    this.#ifLargeAndEmpty(() => {
      if (this.#ring.memory.capacity > 2 * this.handyBytes) this.#ring.memory.shrink(this.handyBytes);
    });
  }

  #ifLargeAndEmpty(shrink: () => void): void {
    if (!this.#isLargeAndEmpty() || !this.#ring.tryEnterProducers()) return;
    try {
      if (!this.#ring.tryEnterConsumers()) return;
      try {
        if (this.#isLargeAndEmpty()) shrink();
      } finally {
        this.#ring.consumers.unlock();
      }
    } finally {
      this.#ring.producers.unlock();
    }
  }

  #isLargeAndEmpty(): boolean {
    return this.#words[CAPACITY]! > HANDY_BYTES && this.#ring.isEmpty;
  }
}
