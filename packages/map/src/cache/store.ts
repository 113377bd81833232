import { CorruptSegmentError, OutOfMemoryError } from '@multiprocess/shared-memory';
import type { Segment } from '@multiprocess/shared-memory';
import { LEASE } from '../codec/value-codec.js';
import type { EncodedKey } from '../codec/encoded-key.js';
import { Entries, entryBytes } from '../table/entries.js';
import type { Change } from '../table/entries.js';
import { Statistics } from '../table/statistics.js';
import type { Geometry } from '../words/geometry.js';
import { UNIT_BYTES } from '../words/layout.js';
import { Clearing } from './clearing.js';
import { Evictor } from './evictor.js';
import { purgeExpired } from './purge.js';
import { Queues } from './queues.js';

/** How many entries to evict by their turn, before pages are cleared for the room that is needed. */
const EVICTIONS_IN_TURN = 16;
/** How often to make room again, since other threads take what has been freed. */
const MAX_TRIES = 100;

/** The entries of a map, with what makes room for them. */
export class Store {
  readonly entries: Entries;
  readonly statistics: Statistics;
  readonly #segment: Segment;
  readonly #geometry: Geometry;
  readonly #evictor: Evictor | undefined;
  readonly #clearing: Clearing;
  /** Bytes of the largest entry. */
  readonly #mostBytes: number;

  constructor(segment: Segment, geometry: Geometry) {
    this.#segment = segment;
    this.#geometry = geometry;
    this.entries = new Entries(segment, geometry);
    this.statistics = new Statistics(segment.words, segment.thread.self);
    this.#clearing = new Clearing(this.entries, this.statistics);
    this.#mostBytes = geometry.pageCount * 2 ** geometry.pageShift;
    if (geometry.maxEntries === 0) return;
    const queues = new Queues(segment.words, geometry, segment.thread);
    this.#evictor = new Evictor(segment.words, this.entries, queues, this.statistics);
  }

  /** An entry has been read, which keeps it from being evicted. */
  countRead(unit: number): void {
    if (this.#evictor !== undefined) this.entries.cells.countRead(unit);
  }

  /** Entries that have not expired. */
  get size(): number {
    this.purge();
    return this.entries.size.value;
  }

  /**
   * Stores a value, if there is what the caller expects.
   *
   * @param load of a lease, which load it is
   * @returns whether it was stored
   * @throws {@link OutOfMemoryError} if there is no room for it. Nothing was changed then.
   */
  put(change: Change, load = 0): boolean {
    const byteLength = entryBytes(change.key, change.value.byteLength);
    this.#checkFits(byteLength);
    let needsTicket = this.#needsTicket(change);
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const ticket = needsTicket ? this.#evictor!.enter(change.key.hash) : load;
      const outcome = this.entries.store(this.#allocate(byteLength), ticket, change);
      if (outcome === 'done') return true;
      if (outcome === 'unmet') return false;
      if (outcome === 'untaken') needsTicket = true;
      else if (this.#evictor?.evict() !== true) this.entries.size.count();
    }
    throw new CorruptSegmentError(
      `${this.#segment.reference} has ${this.entries.size.approximate} entries, of which none can be evicted`,
    );
  }

  /** Removes what has expired, if anything may have. */
  purge(): void {
    purgeExpired(this.#segment, this.entries);
  }

  /** Removes all entries, and gives their memory back to the system. */
  clear(): void {
    const { allocator, chains, pages } = this.entries;
    for (const bucket of chains.buckets()) this.entries.removeIn(bucket, () => true);
    allocator.freeEmptyPages();
    pages.locked(() => pages.giveBackSome(0));
  }

  #needsTicket({ key, value }: Change): boolean {
    if (this.#evictor === undefined || value.type === LEASE) return false;
    return !this.#hasLive(key);
  }

  #hasLive(key: EncodedKey): boolean {
    return this.entries.reader.find(key) && this.entries.reader.isLive;
  }

  #allocate(byteLength: number): number {
    return this.entries.allocate(byteLength) || this.#allocateEvicting(byteLength) || this.#allocateAtLast(byteLength);
  }

  #allocateEvicting(byteLength: number): number {
    if (this.#evictor === undefined) return 0;
    for (let i = 0; i < EVICTIONS_IN_TURN && this.#evictor.evict(); i++) {
      const unit = this.entries.allocate(byteLength);
      if (unit !== 0) return unit;
    }
    const pages = Math.max(1, this.entries.allocator.runLength(Math.ceil(byteLength / UNIT_BYTES)));
    for (let tries = 0; tries < MAX_TRIES && this.#clearing.clear(pages); tries++) {
      const unit = this.entries.allocate(byteLength);
      if (unit !== 0) return unit;
    }
    return 0;
  }

  /** Room of what has expired, and of dead threads. Looks at all entries, which an eviction spares a map that is always full. */
  #allocateAtLast(byteLength: number): number {
    this.purge();
    this.entries.allocator.settleAll();
    const unit = this.entries.allocate(byteLength);
    if (unit !== 0) return unit;
    const { size } = this.entries;
    throw new OutOfMemoryError(
      `No room for an entry of ${byteLength} bytes: the map has ${size.approximate} entries in its ${this.#geometry.byteLength} bytes. ` +
        'Give it more memory, delete entries, or give it maxEntries, so that it evicts',
    );
  }

  #checkFits(byteLength: number): void {
    const { byteLength: memory, tableBytes } = this.#geometry;
    if (byteLength <= this.#mostBytes) return;
    throw new OutOfMemoryError(
      `An entry of ${byteLength} bytes does not fit into a map of ${memory} bytes, ${tableBytes} of which are tables: give it more memory`,
    );
  }
}
