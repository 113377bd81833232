import { EventCount } from '../wait/event-count.js';
import { RingCore } from './ring-core.js';
import type { RingCounters, RingGuard } from './ring-core.js';
import type { RingDefinitions } from './ring-definitions.js';
import {
  CAPACITY,
  EASY_BYTES,
  EMPTIED,
  ITEMS,
  MAX_BYTES,
  MAX_ITEMS,
  RING_DATA_OFFSET,
  RING_FIRST_BYTES,
  SHUT,
  SPACE,
} from './ring-layout.js';
import { RingReader } from './ring-reader.js';
import { RingWriter } from './ring-writer.js';
import type { MemoryRange } from '../segment/segment-part.js';

/** What a new ring is made with. */
export interface RingLimits {
  /** The most bytes it may grow to: a power of two from 16 KiB to 1 GiB. */
  readonly maxBytes: number;
  /** The most items at a time; 0 for as many as there is room for. */
  readonly maxItems: number;
  /**
   * The most bytes it grows to because of a backlog, a power of two; beyond, it grows only for an item that would not
   * fit otherwise. Default: `maxBytes`.
   */
  readonly easyBytes?: number;
}

/**
 * A first-in, first-out queue of byte strings in shared memory, for any number of producers and consumers.
 *
 * A producer killed at any moment has put its item or has not; a consumer killed has taken it or has not; neither blocks
 * the others. See ring-layout.ts for the words and the reasons. Not fair among producers, nor among consumers.
 */
export class ByteRing {
  readonly writer: RingWriter;
  readonly reader: RingReader;
  readonly #core: RingCore;

  /** Attaches to the ring that lies at the start of `memory`. Writes nothing. */
  constructor(memory: MemoryRange, guard?: RingGuard) {
    this.#core = new RingCore(memory, guard);
    this.writer = new RingWriter(this.#core);
    this.reader = new RingReader(this.#core);
  }

  /** Bytes of a segment that holds a ring, and how many of them to reserve at first. */
  static plan(limits: RingLimits): { byteLength: number; reserved: number } {
    return { byteLength: RING_DATA_OFFSET + limits.maxBytes, reserved: RING_DATA_OFFSET + RING_FIRST_BYTES };
  }

  /** Writes an empty ring into new memory. */
  static initialise({ words }: MemoryRange, limits: RingLimits): void {
    words[CAPACITY] = RING_FIRST_BYTES;
    words[MAX_BYTES] = limits.maxBytes;
    words[MAX_ITEMS] = limits.maxItems;
    words[EASY_BYTES] = limits.easyBytes ?? 0;
  }

  /** Makes every waiter of that ring look again, and ask its guard again. Never waits. */
  static wakeAll({ words, thread }: MemoryRange): void {
    for (const index of [ITEMS, SPACE, EMPTIED]) new EventCount(words, index, thread.parker).notifyAll();
  }

  /**
   * Shuts that ring without waiting for a put that is under way. Call it only where no thread can be putting, or no thread
   * will take. Never waits. Idempotent.
   */
  static shutAtOnce(memory: MemoryRange): void {
    if (Atomics.exchange(memory.words, SHUT, 1) === 0) ByteRing.wakeAll(memory);
  }

  /** What the messages refer to. */
  get definitions(): RingDefinitions {
    return this.#core.definitions;
  }

  /** The most items at a time; 0 for as many as there is room for. */
  get maxItems(): number {
    return this.#core.maxItems;
  }

  /** Items ever put and not thrown away, modulo 2^32, as a signed number: to be compared by difference. */
  get puts(): number {
    return this.#core.puts;
  }

  /** Items put and not taken yet, at some moment during the call. */
  get size(): number {
    return this.#core.size;
  }

  /** What has gone through. */
  get counters(): RingCounters {
    return this.#core.counters;
  }

  /** Like {@link puts}, but never counts anew: after a crash it may be one too many for a while. */
  get itemsPut(): number {
    return this.#core.itemsPut;
  }

  /** Items ever taken, likewise. */
  get itemsTaken(): number {
    return this.#core.itemsTaken;
  }

  /** Whether nothing may be put any more. */
  get isShut(): boolean {
    return this.#core.isShut;
  }

  /** Whether there is nothing to take. Once {@link isShut} was true before, an answer of true is final. */
  get isEmpty(): boolean {
    return this.#core.isEmpty;
  }
}
