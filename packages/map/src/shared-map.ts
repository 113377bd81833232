import {
  attachSegment,
  checkFunction,
  checkNumber,
  registerSegmentClass,
  Segment,
  SegmentObject,
} from '@multiprocess/shared-memory';
import type { Description } from '@multiprocess/shared-memory';
import { Iterating } from './access/iterating.js';
import { Reading } from './access/reading.js';
import { ABSENT, Writing } from './access/writing.js';
import { Store } from './cache/store.js';
import { KeyCodec } from './codec/key-codec.js';
import { Fetching } from './fetch/fetching.js';
import { KIND, openMapSegment, ttlOf } from './map-segment.js';
import { lookAtMap } from './look-at-map.js';
import { mapStats } from './map-stats.js';
import type { MapStats } from './map-stats.js';
import { checkEntryOptions, checkFetchOptions } from './options.js';
import type { EntryOptions, FetchOptions, SharedMapOptions } from './options.js';
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
  readonly #geometry: Geometry;
  readonly #store: Store;
  readonly #keys: KeyCodec;
  readonly #reading: Reading;
  readonly #writing: Writing;
  readonly #iterating: Iterating;
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
    this.#geometry = geometryOf(segment);
    this.#store = new Store(segment, this.#geometry);
    this.#keys = new KeyCodec(segment.words[SEED]!);
    const open = (): Store => this.#open();
    this.#reading = new Reading(this.#store, this.#keys);
    this.#writing = new Writing(open, this.#keys, ttlOf(segment));
    this.#iterating = new Iterating(open, segment.words);
    this.#fetching = new Fetching(open, this.#reading, this.#writing, segment);
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

  /** Counts of entries, hits, misses and loads, and its memory, over all processes. */
  stats(): MapStats {
    return mapStats(this.#open(), this.#geometry);
  }

  /** A copy of the value; undefined if there is none. Takes no lock. */
  get(key: K): V | undefined {
    this.openSegment();
    return this.#reading.get(key) as V | undefined;
  }

  /** Whether there is a value. Takes no lock, and does not count as a read. */
  has(key: K): boolean {
    this.openSegment();
    return this.#reading.has(key);
  }

  /**
   * Stores a copy of the value. Its time to live begins anew.
   *
   * @throws {@link TypeError} or {@link RangeError} if the key is not of a kind that is compared by content, or too long.
   * @throws {@link SerializationError} if the value cannot be copied; shared objects cannot.
   * @throws {@link OutOfMemoryError} if there is no room for it, even after evictions. The entry stays as it was.
   */
  set(key: K, value: V, options?: EntryOptions): this {
    this.#writing.set(key, value, checkEntryOptions(options));
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
   * Returns the value. If there is none, stores what `make` returns, and returns that, or the value that another thread has stored
   * meanwhile. `make` is called outside of any lock, and may be called by several threads at a time: see {@link fetch}.
   *
   * @throws what {@link set} throws, and what `make` throws; nothing was stored then
   */
  getOrInsert(key: K, make: (key: K) => V, options?: EntryOptions): V {
    checkFunction('make', make);
    const ttl = checkEntryOptions(options);
    this.openSegment();
    const recalled = this.#reading.recall(key);
    if (recalled !== undefined) return recalled.value as V;
    const kept = this.#writing.keep(key);
    for (;;) {
      this.openSegment();
      const found = this.#reading.look(key, kept);
      if (found !== undefined) return found.value as V;
      const made = make(key);
      if (this.#writing.put(kept, made, ttl, ABSENT)) return made;
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
    return this.#writing.update(key, update as (value: unknown) => V) as V;
  }

  /**
   * Stores `value` if the value of the entry is `expected`; undefined stands for no entry. Values are equal if they are stored as the
   * same bytes: objects with the same properties in the same order. The entry keeps its time to live.
   *
   * @returns whether it was stored
   */
  compareAndSet(key: K, expected: V | undefined, value: V): boolean {
    return this.#writing.compareAndSet(key, expected, value);
  }

  /**
   * Adds to a number atomically. The entry keeps its time to live; a missing one counts as 0, and gets the map's `ttl`.
   *
   * @returns the sum
   * @throws {@link TypeError} if the value is not a number. The entry stays as it was.
   */
  increment(key: K, by = 1): number {
    checkNumber('by', by, { min: -Infinity });
    return this.#writing.increment(key, by);
  }

  /**
   * Returns the value. If there is none, stores what `load` gives, and returns that. Of all threads and processes that fetch the key
   * at the same time, one loads and the others wait. If its load fails or it dies, another one loads. If the key is set, deleted or
   * cleared during the load, its callers get the value, but it is not stored.
   *
   * @throws {@link TimeoutError} if it was not there in time. The load goes on, for others.
   * @throws {@link DeadlockError} if the load itself fetches the key.
   * @throws what {@link set} throws, what `load` throws, and {@link AbortSignal.reason | the signal's reason}
   */
  async fetch(key: K, load: (key: K) => V | PromiseLike<V>, options?: FetchOptions): Promise<V> {
    checkFunction('load', load);
    const { ttl, timeout, signal } = checkFetchOptions(options);
    this.openSegment();
    return (await this.#fetching.run(key, { load: () => load(key), ttl, timeout, signal })) as V;
  }

  /**
   * The entries, in no particular order, each as it is when it is reached. An entry that exists throughout is visited once; one that
   * is set or deleted meanwhile may be visited or not.
   */
  entries(): Generator<[K, V], undefined, void> {
    return this.#iterating.entries() as Generator<[K, V], undefined, void>;
  }

  /** The keys, like {@link entries}. */
  keys(): Generator<K, undefined, void> {
    return this.#iterating.keys() as Generator<K, undefined, void>;
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

  /** Closes the map in this thread. Another caller that waits takes over its loads; its own fetches reject. */
  override close(): void {
    if (this.isOpen) this.#fetching.close(() => this.closedError());
    this.#reading.close();
    super.close();
  }

  #open(): Store {
    this.openSegment();
    return this.#store;
  }
}

registerSegmentClass(KIND, SharedMap, lookAtMap);
