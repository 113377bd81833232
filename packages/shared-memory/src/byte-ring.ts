import { RingCore } from './ring-core.js';
import type { RingCounters } from './ring-core.js';
import { CAPACITY, MOST_BYTES, MOST_ITEMS, RING_DATA_OFFSET, RING_FIRST_BYTES } from './ring-layout.js';
import type { RingDefinitions } from './ring-definitions.js';
import { RingReader } from './ring-reader.js';
import { RingWriter } from './ring-writer.js';
import type { Segment } from './segment.js';

/** What a new ring is made with. */
export interface RingLimits {
  /** The most bytes it may grow to: a power of two from 16 KiB to 1 GiB. */
  readonly mostBytes: number;
  /** The most items at a time; 0 for as many as there is room for. */
  readonly mostItems: number;
}

/**
 * A first-in, first-out queue of byte strings in shared memory, for any number of producers and consumers.
 *
 * A producer killed at any moment has put its item or has not; a consumer killed has taken it or has not; neither keeps
 * anybody waiting. See ring-layout.ts for the words and the reasons. Not fair among producers, nor among consumers.
 */
export class ByteRing {
  readonly writer: RingWriter;
  readonly reader: RingReader;
  readonly #core: RingCore;

  /** Attaches to the ring that lies at the start of `segment`. Writes nothing. */
  constructor(segment: Segment) {
    this.#core = new RingCore(segment);
    this.writer = new RingWriter(this.#core);
    this.reader = new RingReader(this.#core);
  }

  /** Bytes of a segment that holds a ring, and how many of them to reserve at first. */
  static plan(limits: RingLimits): { byteLength: number; reserved: number } {
    return { byteLength: RING_DATA_OFFSET + limits.mostBytes, reserved: RING_DATA_OFFSET + RING_FIRST_BYTES };
  }

  /** Writes an empty ring into a new segment. */
  static initialise(segment: Segment, limits: RingLimits): void {
    segment.words[CAPACITY] = RING_FIRST_BYTES;
    segment.words[MOST_BYTES] = limits.mostBytes;
    segment.words[MOST_ITEMS] = limits.mostItems;
  }

  /** What the messages refer to. */
  get definitions(): RingDefinitions {
    return this.#core.definitions;
  }

  /** The most items at a time; 0 for as many as there is room for. */
  get mostItems(): number {
    return this.#core.mostItems;
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

  /** Whether nothing may be put any more. */
  get isShut(): boolean {
    return this.#core.isShut;
  }

  /** Whether there is nothing to take. Once {@link isShut} was true before, an answer of true is final. */
  get isEmpty(): boolean {
    return this.#core.isEmpty;
  }
}
