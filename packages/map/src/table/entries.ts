import { EventCount } from '@multiprocess/shared-memory';
import type { Segment } from '@multiprocess/shared-memory';
import type { EncodedKey } from '../codec/encoded-key.js';
import { LEASE, ValueCodec } from '../codec/value-codec.js';
import type { EncodedValue } from '../codec/value-codec.js';
import { Allocator } from '../memory/allocator.js';
import { Cells } from '../memory/cells.js';
import { PageTable } from '../memory/page-table.js';
import type { Geometry } from '../words/geometry.js';
import {
  BELL,
  ENTRY_WORDS,
  EXPIRES,
  HASH,
  LENGTH,
  SHAPE,
  STAMP,
  TICKET,
  UNIT_BYTES,
  UNIT_WORDS_SHIFT,
  valueTypeIn,
  valueWord,
  withValueType,
} from '../words/layout.js';
import { Chains } from './chains.js';
import { Exchange } from './exchange.js';
import { Expiry } from './expiry.js';
import { Reader } from './reader.js';
import { Size } from './size.js';

/** What must be there for a change to happen. */
export interface Expected {
  /** Whether the entry that was found is what the caller has seen; undefined if there is none, or it has expired. Under the bucket's lock. */
  isMet(found: Reader | undefined): boolean;
}

/** How to store a value. */
export interface Change {
  readonly key: EncodedKey;
  readonly value: EncodedValue;
  /** When the entry expires; 0 for never. */
  readonly expires: number;
  /** Whether an entry that is there keeps its own time. */
  readonly keepsExpiry: boolean;
  readonly expected: Expected | undefined;
}

/**
 * What became of a change: `unmet` if there was something else than expected, `full` if there are too many entries, `untaken` if
 * the entry needs a place in a queue first.
 */
export type Outcome = 'done' | 'unmet' | 'full' | 'untaken';

/** What became of it under the lock, and the unit that is to be freed once it is released; 0 if there is none. */
interface Published {
  readonly outcome: Outcome;
  readonly freed: number;
}

/** Bytes of an entry. */
export function entryBytes(key: EncodedKey, byteLength: number): number {
  return (ENTRY_WORDS + key.wordCount) * 4 + byteLength;
}

/** The entries of a map: how they are stored, replaced and removed, each by one store. */
export class Entries {
  readonly reader: Reader;
  readonly chains: Chains;
  readonly cells: Cells;
  readonly pages: PageTable;
  readonly allocator: Allocator;
  readonly size: Size;
  readonly expiry: Expiry;
  readonly exchange: Exchange;
  readonly #segment: Segment;
  readonly #words: Int32Array;
  readonly #floats: Float64Array;
  readonly #values: ValueCodec;
  readonly #evicts: boolean;

  constructor(segment: Segment, geometry: Geometry) {
    const { words, thread, reference, buffer } = segment;
    this.#segment = segment;
    this.#words = words;
    this.#floats = new Float64Array(buffer, 0, buffer.byteLength >>> 3);
    this.#values = new ValueCodec(buffer);
    this.#evicts = geometry.maxEntries > 0;
    this.chains = new Chains(words, geometry, thread, reference);
    this.cells = new Cells(words, geometry.cellsAt, geometry.firstUnit, thread);
    this.exchange = new Exchange(words, this.chains, this.cells);
    this.pages = new PageTable(segment, geometry, this.cells);
    this.allocator = new Allocator(this.cells, this.pages, (unit) => this.exchange.settle(unit));
    this.reader = new Reader(words, this.chains, this.#values);
    this.expiry = new Expiry(words);
    this.size = new Size(words, thread, this.chains, geometry.maxEntries, (bucket) => this.#countIn(bucket));
  }

  /** Takes memory for an entry of so many bytes. @returns its unit; 0 if there is no room */
  allocate(byteLength: number): number {
    return this.allocator.allocate(Math.ceil(byteLength / UNIT_BYTES));
  }

  /**
   * Stores a value in memory that was taken for it, and frees that if it does not come to it.
   *
   * @param ticket a new place in a queue of the eviction, 0 if there is none; of a lease, which load it is
   */
  store(unit: number, ticket: number, change: Change): Outcome {
    let isDone = false;
    try {
      this.#write(unit, change);
      const { outcome, freed } = this.#publish(unit, ticket, change);
      isDone = outcome === 'done';
      if (freed !== 0) this.allocator.free(freed);
      return outcome;
    } finally {
      if (!isDone && this.cells.isMine(unit)) this.allocator.free(unit); // it was not published
    }
  }

  /** Removes the entry of that key, a lease included. @returns whether it was an entry with a value that had not expired */
  remove(key: EncodedKey, expected?: Expected): boolean {
    const { chains } = this;
    const bucket = chains.bucketOf(key.hash);
    if (chains.head(bucket) === 0 && !chains.isLocked(bucket)) return false;
    const removed = this.#removeLocked(bucket, key, expected);
    if (removed === undefined) return false;
    if (removed.unit !== 0) this.allocator.free(removed.unit);
    return removed.wasLive;
  }

  /** Removes all entries of a bucket for which `isWanted`. */
  removeIn(bucket: number, isWanted: (unit: number) => boolean): void {
    const { chains } = this;
    if (chains.head(bucket) === 0 && !chains.isLocked(bucket)) return;
    const freed: number[] = [];
    chains.lock(bucket);
    try {
      for (const unit of chains.unitsOf(bucket)) {
        if (!isWanted(unit)) continue;
        const link = chains.findUnit(bucket, unit);
        freed.push(this.unlink(bucket, link));
      }
    } finally {
      chains.unlock(bucket);
    }
    for (const unit of freed) if (unit !== 0) this.allocator.free(unit);
  }

  /**
   * Removes the entry to which `link` refers. Under the lock of its bucket.
   *
   * @returns its unit, which the caller frees once it has released the lock; 0 if another thread settles it
   */
  unlink(bucket: number, link: number): number {
    const unit = Atomics.load(this.#words, link);
    this.size.join();
    const isLease = this.#isLease(unit);
    const freed = this.exchange.remove(bucket, link);
    if (isLease) this.notify(bucket);
    else this.size.lower();
    return freed;
  }

  /**
   * Removes the entry that begins at that unit, or what a dead thread has left there. For a thread that has PAGES_MUTEX, and so does
   * not free it by the allocator.
   *
   * @returns whether the unit is free now
   */
  clearUnit(unit: number): boolean {
    const state = this.cells.state(unit);
    if (state === 0) return true;
    if (this.cells.isAbandoned(state)) this.exchange.settle(unit);
    const bucket = this.exchange.bucketOf(unit);
    let freed = 0;
    this.chains.lock(bucket);
    try {
      const link = this.chains.findUnit(bucket, unit);
      if (link !== 0) freed = this.unlink(bucket, link);
    } finally {
      this.chains.unlock(bucket);
    }
    if (freed !== 0) this.cells.free(freed);
    return this.cells.state(unit) === 0;
  }

  /** Wakes the waiters for the load of a key of that bucket. */
  notify(bucket: number): void {
    this.bell(bucket).notifyAll();
  }

  bell(bucket: number): EventCount {
    return new EventCount(this.#words, bucket + BELL, this.#segment.thread.parker);
  }

  /** Whether the entry that the reader has found, under the lock of its bucket, has the same bytes as that value. */
  holds(value: EncodedValue, unit: number): boolean {
    const at = unit << UNIT_WORDS_SHIFT;
    const shape = this.#words[at + SHAPE]!;
    const shown = { type: valueTypeIn(shape), word: at + valueWord(shape), byteLength: this.#words[at + LENGTH]! };
    return this.#values.holds(value, shown);
  }

  #removeLocked(
    bucket: number,
    key: EncodedKey,
    expected: Expected | undefined,
  ): { readonly unit: number; readonly wasLive: boolean } | undefined {
    this.chains.lock(bucket);
    try {
      const link = this.chains.find(bucket, key);
      if (link === 0) return undefined;
      this.reader.look(Atomics.load(this.#words, link));
      if (expected?.isMet(this.reader) === false) return undefined;
      const { isLive: wasLive } = this.reader;
      return { unit: this.unlink(bucket, link), wasLive };
    } finally {
      this.chains.unlock(bucket);
    }
  }

  #write(unit: number, { key, value }: Change): void {
    const words = this.#words;
    const at = unit << UNIT_WORDS_SHIFT;
    words[at + HASH] = key.hash;
    words[at + SHAPE] = withValueType(key.shape, value.type);
    words[at + LENGTH] = value.type === LEASE ? (value.content as number) : value.byteLength;
    for (let i = 0; i < key.wordCount; i++) words[at + ENTRY_WORDS + i] = key.words[i]!;
    if (value.type !== LEASE) this.#values.write(value, at + ENTRY_WORDS + key.wordCount);
  }

  #publish(unit: number, ticket: number, change: Change): Published {
    const { chains, reader } = this;
    const words = this.#words;
    const bucket = chains.bucketOf(change.key.hash);
    this.size.join();
    chains.lock(bucket);
    try {
      const link = chains.find(bucket, change.key);
      const old = link === 0 ? 0 : Atomics.load(words, link);
      if (old !== 0) reader.look(old);
      const isLive = old !== 0 && reader.isLive;
      if (change.expected?.isMet(old === 0 ? undefined : reader) === false) return { outcome: 'unmet', freed: 0 };
      const isLease = change.value.type === LEASE;
      const wasCounted = old !== 0 && reader.type !== LEASE;
      const oldTicket = old === 0 || reader.type === LEASE ? 0 : reader.ticket;
      const place = (isLive ? oldTicket : 0) || ticket || oldTicket;
      if (this.#evicts && !isLease && place === 0) return { outcome: 'untaken', freed: 0 };
      if (!isLease && !wasCounted && !this.size.tryRaise()) return { outcome: 'full', freed: 0 };

      const at = unit << UNIT_WORDS_SHIFT;
      const expires = change.keepsExpiry && isLive ? reader.expires : change.expires;
      words[at + TICKET] = isLease ? ticket : place;
      words[at + STAMP] = chains.version(bucket);
      this.#floats[(at + EXPIRES) >>> 1] = expires;
      if (expires !== 0) this.expiry.note(expires);
      const reads = isLive ? this.cells.reads(old) : 0;
      const freed = this.exchange.publish(bucket, link, unit, isLive ? Math.min(3, reads + 1) : 0);
      if (isLease && wasCounted) this.size.lower();
      if (old !== 0 && reader.type === LEASE) this.notify(bucket);
      return { outcome: 'done', freed };
    } finally {
      chains.unlock(bucket);
    }
  }

  #isLease(unit: number): boolean {
    return valueTypeIn(this.#words[(unit << UNIT_WORDS_SHIFT) + SHAPE]!) === LEASE;
  }

  #countIn(bucket: number): number {
    return this.chains.unitsOf(bucket).filter((unit) => !this.#isLease(unit)).length;
  }
}
