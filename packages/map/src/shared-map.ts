import {
  attachSegment,
  checkFunction,
  checkNumber,
  received,
  registerSegmentClass,
  Segment,
  SegmentObject,
} from '@multiprocess/shared-memory';
import type { Description } from '@multiprocess/shared-memory';
import { Store } from './cache/store.js';
import { KeyCodec } from './codec/key-codec.js';
import type { EncodedKey } from './codec/encoded-key.js';
import { ValueCodec } from './codec/value-codec.js';
import type { EncodedValue } from './codec/value-codec.js';
import { Fetching } from './fetch/fetching.js';
import { Leases } from './fetch/leases.js';
import type { Lease } from './fetch/leases.js';
import { KIND, openMapSegment, ttlOf } from './map-segment.js';
import { lookAtMap } from './look-at-map.js';
import { mapStats } from './map-stats.js';
import type { MapStats } from './map-stats.js';
import { checkEntryOptions, checkFetchOptions } from './options.js';
import type { EntryOptions, FetchOptions, SharedMapOptions } from './options.js';
import { keysIn } from './table/bucket-keys.js';
import type { Expected } from './table/entries.js';
import { monotonicNow } from './table/monotonic.js';
import { HITS, LOADS, MISSES } from './table/statistics.js';
import { geometryOf } from './words/geometry.js';
import type { Geometry } from './words/geometry.js';
import { SEED } from './words/layout.js';

/**
 * A map in shared memory, for any number of processes and threads, without a server.
 *
 * It has the methods of `Map`, and all of them are synchronous: reads take no lock, and a write waits no longer than another
 * thread needs for some dozen instructions. Each is atomic. A process that is killed at any point leaves every entry as it was
 * before its write or as it was after.
 *
 * Keys are strings, numbers, bigints, booleans, null, undefined, and arrays and plain objects of these, up to 4 KiB; they are compared by
 * content. Values are copied in and out by the serializer, so what `get` returns is a copy. Entries have no order.
 *
 * @example
 * ```ts source="./map.examples.ts#cache"
 * const users = new SharedMap<number, User>({ name: 'users', maxEntries: 10_000, ttl: 60_000 });
 * const user = await users.fetch(7, readUser); // one process reads it, however many fetch it at a time
 * users.delete(7); // for all of them
 * ```
 */
export class SharedMap<K = unknown, V = unknown> extends SegmentObject implements Iterable<[K, V]> {
  readonly #segment: Segment;
  readonly #geometry: Geometry;
  readonly #store: Store;
  readonly #keys: KeyCodec;
  readonly #ttl: number;
  readonly #leases: Leases;
  readonly #fetching: Fetching;

  /**
   * Creates a map, or attaches to the one of the same name and options.
   *
   * @throws {@link TypeError} or {@link RangeError} if an option is not of its type, or outside its limits.
   * @throws {@link HandleError} if the name is taken by something else, or by a map with other options.
   * @throws {@link OutOfMemoryError} if shared memory is full.
   */
  constructor(options?: SharedMapOptions);
  /** @internal */
  constructor(segment: Segment);
  constructor(from?: SharedMapOptions | Segment) {
    const segment = from instanceof Segment ? from : openMapSegment(from);
    super(segment);
    this.#segment = segment;
    this.#geometry = geometryOf(segment);
    this.#store = new Store(segment, this.#geometry);
    this.#keys = new KeyCodec(segment.words[SEED]!);
    this.#ttl = ttlOf(segment);
    this.#leases = new Leases(segment, this.#store);
    this.#fetching = new Fetching(this.#leases, segment.thread.parker);
  }

  /**
   * The map that a handle stands for.
   *
   * @throws {@link HandleError} if it stands for something else, or no living process has it.
   * @throws {@link CorruptSegmentError} if the file is not a map.
   */
  static attach<K = unknown, V = unknown>(handle: string): SharedMap<K, V> {
    return new SharedMap<K, V>(attachSegment(handle, KIND));
  }

  /** @internal */
  protected override describeOpen(): Description {
    return { size: this.size, memory: this.#geometry.byteLength };
  }

  static {
    Object.defineProperty(this.prototype, Symbol.toStringTag, { value: 'SharedMap', configurable: true });
  }

  /** How many entries there are. Looks at every entry if some may have expired, else at one number. */
  get size(): number {
    return this.#open().size;
  }

  /** What it has and has done, in all processes together. */
  stats(): MapStats {
    return mapStats(this.#open(), this.#geometry);
  }

  /** A copy of the value; undefined if there is none. Takes no lock. */
  get(key: K): V | undefined {
    return this.#look(this.#open(), this.#keys.encode(key))?.value;
  }

  /** Whether there is a value. Takes no lock, and does not count as a read. */
  has(key: K): boolean {
    const { reader } = this.#open().entries;
    return reader.find(this.#keys.encode(key)) && reader.isLive;
  }

  /**
   * Stores a copy of the value, and counts the time of the entry from now on.
   *
   * @throws {@link TypeError} or {@link RangeError} if the key is not of a kind that is compared by content, or too long.
   * @throws {@link SerializationError} if the value cannot be copied; shared objects cannot.
   * @throws {@link OutOfMemoryError} if there is no room for it, even after evictions. The entry stays as it was.
   */
  set(key: K, value: V, options?: EntryOptions): this {
    const ttl = checkEntryOptions(options);
    this.#put(key, value, ttl);
    return this;
  }

  /** Removes the entry. @returns whether there was one */
  delete(key: K): boolean {
    return this.#open().entries.remove(this.#keys.encode(key));
  }

  /** Removes all entries, and gives their memory back to the system. Entries that are set meanwhile may stay. */
  clear(): void {
    this.#open().clear();
  }

  /**
   * The value; if there is none, that which `make` returns, after it was stored. If another thread stores one meanwhile, that is
   * returned. `make` is called outside of any lock, and may be called by several threads at a time: see {@link fetch}.
   *
   * @throws what {@link set} throws, and what `make` throws; nothing was stored then
   */
  getOrInsert(key: K, make: (key: K) => V, options?: EntryOptions): V {
    checkFunction('make', make);
    const ttl = checkEntryOptions(options);
    const kept = this.#keep(key);
    for (;;) {
      const found = this.#look(this.#open(), kept);
      if (found !== undefined) return found.value;
      const made = make(key);
      if (this.#putKept(kept, made, ttl, ABSENT)) return made;
    }
  }

  /**
   * Replaces the value by what `update` makes of it, or of undefined. If another thread changes the entry meanwhile, `update` is
   * called again, so it should do nothing else. It is called outside of any lock. The entry keeps its time to live.
   *
   * @returns the new value
   * @throws what {@link set} throws, and what `update` throws; the entry stays as it was then
   */
  update(key: K, update: (value: V | undefined) => V): V {
    checkFunction('update', update);
    const kept = this.#keep(key);
    for (;;) {
      const { reader } = this.#open().entries;
      const isThere = reader.find(kept) && reader.isLive;
      const expected = isThere ? same(reader.unit, reader.stamp) : ABSENT;
      const value = update(isThere ? (reader.value() as V) : undefined);
      if (this.#putKept(kept, value, undefined, expected, true)) return value;
    }
  }

  /**
   * Stores the value if the entry has the one expected, with undefined if there is none. Values are the same if they are stored
   * as the same bytes: objects with the same properties in the same order. The entry keeps its time to live.
   *
   * @returns whether it did
   */
  compareAndSet(key: K, expected: V | undefined, value: V): boolean {
    const kept = this.#keep(key);
    const { entries } = this.#open();
    // A copy: the next value is encoded into the same memory.
    const wanted = keptValue(ValueCodec.encode(expected));
    const isMet: Expected['isMet'] = (found) =>
      found?.isLive === true ? entries.holds(wanted, found.unit) : expected === undefined;
    return this.#putKept(kept, value, undefined, { isMet }, true);
  }

  /**
   * Adds to a number, exactly, however many processes do. A missing one counts as 0. The entry keeps its time to live.
   *
   * @returns the sum
   * @throws {@link TypeError} if the value is not a number. The entry stays as it was.
   */
  increment(key: K, by = 1): number {
    checkNumber('by', by, { min: -Infinity });
    const add = (value: unknown): unknown => {
      if (typeof value === 'number') return value + by;
      if (value === undefined) return by;
      throw new TypeError(`increment() needs a number, and the entry has ${received(value)}`);
    };
    return this.update(key, add as (value: V | undefined) => V) as number;
  }

  /**
   * The value; if there is none, that which `load` gives, after it was stored. Of all threads and processes that fetch the key at a
   * time, one loads and the others wait. If its load fails or it dies, another one loads. If the key is set, deleted or
   * cleared during the load, its callers get the value, but it is not stored.
   *
   * @throws {@link TimeoutError} if it was not there in time. The load goes on, for others.
   * @throws {@link DeadlockError} if the load itself fetches the key.
   * @throws what {@link set} throws, what `load` throws, and {@link AbortSignal.reason | the signal's reason}
   */
  async fetch(key: K, load: (key: K) => V | PromiseLike<V>, options?: FetchOptions): Promise<V> {
    checkFunction('load', load);
    const { ttl, timeout, signal } = checkFetchOptions(options);
    const kept = this.#keep(key);
    let isFirst = true;
    const steps = {
      look: () => {
        const found = this.#find(this.#open(), kept);
        if (isFirst) this.#store.statistics.count(found === undefined ? MISSES : HITS);
        isFirst = false;
        return found;
      },
      load: (lease: Lease) => this.#load(key, load, lease, ttl),
    };
    return this.#fetching.run(kept, steps, { timeout, signal });
  }

  /**
   * The entries, in no order. Each is as it is when its turn comes; one that is there all the time comes once, one that is set or
   * deleted meanwhile may come or not.
   */
  *entries(): Generator<[K, V], undefined, void> {
    for (const key of this.#allKeys()) {
      const found = this.#find(this.#open(), key);
      if (found !== undefined) yield [KeyCodec.decode(key) as K, found.value];
    }
  }

  /** The keys, like {@link entries}. */
  *keys(): Generator<K, undefined, void> {
    const { reader } = this.#open().entries;
    for (const key of this.#allKeys()) {
      this.#open();
      if (reader.find(key) && reader.isLive) yield KeyCodec.decode(key) as K;
    }
  }

  /** The values, like {@link entries}. */
  *values(): Generator<V, undefined, void> {
    for (const [, value] of this.entries()) yield value;
  }

  /** Calls `use` with each entry, like {@link entries}. */
  forEach(use: (value: V, key: K, map: this) => void, thisArg?: unknown): void {
    checkFunction('use', use);
    for (const [key, value] of this.entries()) use.call(thisArg, value, key, this);
  }

  /** The same as {@link entries}. */
  [Symbol.iterator](): Generator<[K, V], undefined, void> {
    return this.entries();
  }

  /** Lets go of the map in this thread. Its loads go to others that wait for them, and its fetches reject. */
  override close(): void {
    if (this.isOpen) this.#fetching.close(() => this.closedError());
    super.close();
  }

  #open(): Store {
    this.openSegment();
    return this.#store;
  }

  /** The value, without a count. */
  #find({ entries: { reader } }: Store, key: EncodedKey): { readonly value: V } | undefined {
    if (!reader.find(key) || !reader.isLive) return undefined;
    if (this.#store.evicts) this.#store.entries.cells.countRead(reader.unit);
    return { value: reader.value() as V };
  }

  /** The same, as a hit or a miss. */
  #look(store: Store, key: EncodedKey): { readonly value: V } | undefined {
    const found = this.#find(store, key);
    store.statistics.count(found === undefined ? MISSES : HITS);
    return found;
  }

  #keep(key: K): EncodedKey {
    this.#open();
    return KeyCodec.keep(this.#keys.encode(key));
  }

  #put(key: K, value: V, ttl: number | undefined): void {
    this.#open();
    if (typeof key === 'object' && key !== null) {
      this.#putKept(this.#keep(key), value, ttl, undefined); // its getters may use the map
      return;
    }
    const encoded = ValueCodec.encode(value);
    const expires = this.#expiry(ttl);
    this.#open().put({
      ...{ key: this.#keys.encode(key), value: encoded, expires, keepsExpiry: false, expected: undefined },
    });
  }

  #putKept(key: EncodedKey, value: V, ttl: number | undefined, expected: Expected | undefined, keeps = false): boolean {
    const encoded = ValueCodec.encode(value);
    const change = { key, value: encoded, expires: this.#expiry(ttl), keepsExpiry: keeps, expected };
    return this.#open().put(change);
  }

  #expiry(ttl = this.#ttl): number {
    return ttl === 0 ? 0 : monotonicNow() + ttl;
  }

  async #load(key: K, load: (key: K) => V | PromiseLike<V>, lease: Lease, ttl: number | undefined): Promise<V> {
    try {
      this.#store.statistics.count(LOADS);
      const value = await this.#leases.run(lease, () => load(key));
      this.#putKept(lease.key, value, ttl, this.#leases.expecting(lease));
      this.#leases.settle(lease);
      return value;
    } finally {
      if (this.isOpen) this.#leases.giveBack(lease);
    }
  }

  *#allKeys(): Generator<EncodedKey, void, void> {
    const { entries } = this.#open();
    for (const bucket of entries.chains.buckets()) {
      this.#open(); // the caller may have closed it since the last key
      yield* keysIn(bucket, entries, this.#segment.words);
    }
  }
}

registerSegmentClass(KIND, SharedMap, lookAtMap);

const ABSENT: Expected = { isMet: (found) => found?.isLive !== true };

/** That the entry is the one that was read before. */
function same(unit: number, stamp: number): Expected {
  return { isMet: (found) => found?.unit === unit && found.stamp === stamp && found.isLive };
}

function keptValue(value: EncodedValue): EncodedValue {
  const { content } = value;
  return typeof content === 'object' ? { ...value, content: Uint8Array.from(content) } : value;
}
