import type { Store } from '../cache/store.js';
import type { EncodedKey } from '../codec/encoded-key.js';
import type { KeyCodec } from '../codec/key-codec.js';
import type { Hint } from '../hints/hint.js';
import { Hints } from '../hints/hints.js';
import { HITS, MISSES } from '../table/statistics.js';

/** A value, which may be undefined. */
export interface Found {
  readonly value: unknown;
}

/** Reads values of a map: by a hint if there is one, else from its memory. */
export class Reading {
  readonly #store: Store;
  readonly #keys: KeyCodec;
  readonly #hints: Hints;

  constructor(store: Store, keys: KeyCodec) {
    this.#store = store;
    this.#keys = keys;
    this.#hints = new Hints(store.entries.chains);
  }

  /** The value, counted as a hit or a miss. */
  get(key: unknown): unknown {
    const hint = this.#hints.of(key);
    if (hint !== undefined && this.#hints.isCurrent(hint)) return this.#hit(hint);
    return this.#look(key, this.#keys.encode(key), hint)?.value;
  }

  /** Whether there is a value. */
  has(key: unknown): boolean {
    const hint = this.#hints.of(key);
    if (hint !== undefined && this.#hints.isCurrent(hint)) return true;
    const { reader } = this.#store.entries;
    return reader.find(this.#keys.encode(key)) && reader.isLive;
  }

  /** The value, counted as a hit, if there is a hint of it. */
  recall(key: unknown): Found | undefined {
    const hint = this.#hints.of(key);
    return hint !== undefined && this.#hints.isCurrent(hint) ? { value: this.#hit(hint) } : undefined;
  }

  /** The value, counted as a hit or a miss, as it is in memory. */
  look(key: unknown, encoded: EncodedKey): Found | undefined {
    return this.#look(key, encoded, undefined);
  }

  /** The same without that count. */
  find(key: unknown, encoded: EncodedKey): Found | undefined {
    return this.#find(key, encoded, undefined);
  }

  /** Lets go of what it remembers. */
  close(): void {
    this.#hints.clear();
  }

  /** @param known the hint of the key, if it is out of date */
  #look(key: unknown, encoded: EncodedKey, known: Hint | undefined): Found | undefined {
    const found = this.#find(key, encoded, known);
    this.#store.statistics.count(found === undefined ? MISSES : HITS);
    return found;
  }

  #find(key: unknown, encoded: EncodedKey, known: Hint | undefined): Found | undefined {
    const { reader } = this.#store.entries;
    if (!reader.find(encoded) || !reader.isLive) return undefined;
    this.#store.countRead(reader.unit);
    return { value: this.#hints.read(key, encoded, reader, known) };
  }

  #hit(hint: Hint): unknown {
    this.#store.countRead(hint.unit);
    this.#store.statistics.count(HITS);
    return hint.value();
  }
}
