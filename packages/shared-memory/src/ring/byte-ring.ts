import { CorruptSegmentError } from '../base/errors.js';
import type { Carrier } from '../handles/transfers.js';
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
import { SegmentPart } from '../segment/segment-part.js';
import type { MemoryRange } from '../segment/segment-part.js';

/** The limits of a new ring. */
export interface RingLimits {
  /** The largest size it may grow to: a power of two from 16 KiB to 1 GiB. */
  readonly maxBytes: number;
  /** How many items it may hold; 0 for no limit. */
  readonly maxItems: number;
  /**
   * The largest size it grows to because of a backlog, a power of two. Beyond that it grows only for an item that would not
   * fit otherwise. Default: `maxBytes`.
   */
  readonly easyBytes?: number;
}

/**
 * A first-in, first-out queue of byte strings in shared memory, for any number of producers and consumers.
 *
 * A producer killed at any moment has put its item or has not, and a consumer has taken it or has not; neither blocks the
 * others. Not fair among producers, nor among consumers. See ring-layout.ts for the words and the reasons.
 */
export class ByteRing {
  readonly writer: RingWriter;
  readonly reader: RingReader;
  /** How others find it. */
  readonly carrier: Carrier;
  readonly #core: RingCore;

  /** Attaches to the ring that lies at the start of `memory`. Writes nothing. */
  constructor(memory: MemoryRange, guard?: RingGuard) {
    this.#core = new RingCore(memory, guard);
    this.carrier = { kind: memory.kind, reference: memory.reference, byteOffset: memory.byteOffset };
    this.writer = new RingWriter(this.#core);
    this.reader = new RingReader(this.#core);
  }

  /** The ring that starts there, which tells itself where it ends. Writes nothing. @throws {@link CorruptSegmentError} if there is none */
  static at(memory: MemoryRange, byteOffset: number): ByteRing {
    const most = memory.byteLength - byteOffset;
    const maxBytes =
      byteOffset % 4 !== 0 || most < RING_DATA_OFFSET ? 0 : Atomics.load(memory.words, (byteOffset >>> 2) + MAX_BYTES);
    const byteLength = RING_DATA_OFFSET + maxBytes;
    if (maxBytes > 0 && byteLength <= most) return new ByteRing(new SegmentPart(memory, byteOffset, byteLength));
    throw new CorruptSegmentError(`${memory.reference} has no ring at byte ${byteOffset}`);
  }

  /** Bytes of a segment that holds a ring, and how many of them to reserve at first. */
  static plan(limits: RingLimits): { byteLength: number; reserved: number } {
    return { byteLength: RING_DATA_OFFSET + limits.maxBytes, reserved: RING_DATA_OFFSET + RING_FIRST_BYTES };
  }

  /** Writes an empty ring into new memory. @param memory its memory @param limits how far it may grow */
  static initialise({ words }: MemoryRange, limits: RingLimits): void {
    words[CAPACITY] = RING_FIRST_BYTES;
    words[MAX_BYTES] = limits.maxBytes;
    words[MAX_ITEMS] = limits.maxItems;
    words[EASY_BYTES] = limits.easyBytes ?? 0;
  }

  /** Makes every waiter of a ring look again, and call its guard again. Never waits. @param memory its memory */
  static wakeAll({ words, thread }: MemoryRange): void {
    for (const index of [ITEMS, SPACE, EMPTIED]) new EventCount(words, index, thread.parker).notifyAll();
  }

  /**
   * Shuts a ring without waiting for a put in progress. Call it only if no thread can be putting, or no thread will take.
   * Never waits. Idempotent.
   */
  static shutAtOnce(memory: MemoryRange): void {
    if (Atomics.exchange(memory.words, SHUT, 1) === 0) ByteRing.wakeAll(memory);
  }

  /** The definitions that the messages refer to. */
  get definitions(): RingDefinitions {
    return this.#core.definitions;
  }

  /** How many items it may hold; 0 for no limit. */
  get maxItems(): number {
    return this.#core.maxItems;
  }

  /** Items ever put, except those thrown away, as a signed number modulo 2^32. Compare two by their difference. */
  get puts(): number {
    return this.#core.puts;
  }

  /** The number of items in the ring at some moment during the call. */
  get size(): number {
    return this.#core.size;
  }

  /** What has gone through. */
  get counters(): RingCounters {
    return this.#core.counters;
  }

  /** Like {@link puts}, but without a recount: after a crash it may be one too high for a while. */
  get itemsPut(): number {
    return this.counters.itemsPut;
  }

  /** Items ever taken, likewise. */
  get itemsTaken(): number {
    return this.counters.itemsTaken;
  }

  /** Whether it is shut: no item can be put. */
  get isShut(): boolean {
    return this.#core.isShut;
  }

  /** Whether there is nothing to take. If {@link isShut} was true before, true is final. */
  get isEmpty(): boolean {
    return this.#core.isEmpty;
  }
}
