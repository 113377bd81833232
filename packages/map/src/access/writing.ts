import { received } from '@multiprocess/shared-memory';
import type { Store } from '../cache/store.js';
import type { EncodedKey } from '../codec/encoded-key.js';
import { KeyCodec } from '../codec/key-codec.js';
import { ValueCodec } from '../codec/value-codec.js';
import type { EncodedValue } from '../codec/value-codec.js';
import type { Expected } from '../table/entries.js';
import { monotonicNow } from '../table/monotonic.js';

/** That there is no value. */
export const ABSENT: Expected = { isMet: (found) => found?.isLive !== true };

/** Changes entries of a map. Getters of keys and values, and callbacks, may use the map meanwhile, and close it. */
export class Writing {
  readonly #open: () => Store;
  readonly #keys: KeyCodec;
  readonly #ttl: number;

  /**
   * @param open the entries, or what it throws once the map is closed
   * @param ttl milliseconds that an entry lives by default, 0 for ever
   */
  constructor(open: () => Store, keys: KeyCodec, ttl: number) {
    this.#open = open;
    this.#keys = keys;
    this.#ttl = ttl;
  }

  /** The key as it is stored, in memory that stays valid. */
  keep(key: unknown): EncodedKey {
    this.#open();
    return KeyCodec.keep(this.#keys.encode(key));
  }

  /** Stores a value. */
  set(key: unknown, value: unknown, ttl: number | undefined): void {
    if (typeof key === 'object' && key !== null) {
      this.put(this.keep(key), value, ttl, undefined); // its getters may use the map
      return;
    }
    this.#open();
    const encoded = ValueCodec.encode(value);
    const store = this.#open();
    const expires = this.#expiry(ttl);
    store.put({ key: this.#keys.encode(key), value: encoded, expires, keepsExpiry: false, expected: undefined });
  }

  /** Stores a value if there is what is expected. @returns whether it was stored */
  put(key: EncodedKey, value: unknown, ttl: number | undefined, expected: Expected | undefined): boolean {
    const encoded = ValueCodec.encode(value);
    const store = this.#open();
    return store.put({ key, value: encoded, expires: this.#expiry(ttl), keepsExpiry: false, expected });
  }

  /** Replaces a value by what `update` makes of it, again and again if other threads change it meanwhile. @returns the new one */
  update(key: unknown, update: (value: unknown) => unknown): unknown {
    const kept = this.keep(key);
    for (;;) {
      const { reader } = this.#open().entries;
      const isThere = reader.find(kept) && reader.isLive;
      const expected = isThere ? same(reader.unit, reader.stamp) : ABSENT;
      const value = update(isThere ? reader.value() : undefined);
      if (this.#replace(kept, value, expected)) return value;
    }
  }

  /** Stores a value if the one that is there is stored as the same bytes as `wanted`; undefined stands for none. */
  compareAndSet(key: unknown, wanted: unknown, value: unknown): boolean {
    const kept = this.keep(key);
    const { entries } = this.#open();
    const encoded = keptValue(ValueCodec.encode(wanted));
    return this.#replace(kept, value, {
      isMet: (found) => (found?.isLive === true ? entries.holds(encoded, found.unit) : wanted === undefined),
    });
  }

  /** Adds to a number; a missing one counts as 0. @returns the sum */
  increment(key: unknown, by: number): number {
    return this.update(key, (value) => {
      if (typeof value === 'number') return value + by;
      if (value === undefined) return by;
      throw new TypeError(`increment() needs a number, and the entry has ${received(value)}`);
    }) as number;
  }

  /** Stores a value in the place of what is expected, if it is there. An entry that is there keeps its time to live. */
  #replace(key: EncodedKey, value: unknown, expected: Expected): boolean {
    const encoded = ValueCodec.encode(value);
    const store = this.#open();
    return store.put({ key, value: encoded, expires: this.#expiry(), keepsExpiry: true, expected });
  }

  /** When an entry expires that is set now; 0 for never. */
  #expiry(ttl = this.#ttl): number {
    return ttl === 0 ? 0 : monotonicNow() + ttl;
  }
}

/** That the entry is the one that was read before. */
function same(unit: number, stamp: number): Expected {
  return { isMet: (found) => found?.unit === unit && found.stamp === stamp && found.isLive };
}

/** A copy, since the next value is encoded into the same memory. */
function keptValue(value: EncodedValue): EncodedValue {
  const { content } = value;
  return typeof content === 'object' ? { ...value, content: Uint8Array.from(content) } : value;
}
