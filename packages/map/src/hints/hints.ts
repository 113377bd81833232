import { ValueCodec } from '../codec/value-codec.js';
import type { EncodedKey } from '../codec/encoded-key.js';
import { keyBytesIn } from '../words/layout.js';
import type { Chains } from '../table/chains.js';
import { monotonicNow } from '../table/monotonic.js';
import type { Reader } from '../table/reader.js';
import { Hint } from './hint.js';
import { Payoff } from './payoff.js';
import { Sightings } from './sightings.js';

// Hashing a key, comparing it and decoding a value costs some times more than finding the key in a Map of this thread. So a thread
// remembers what it has read more than once, and where. A hint only saves work: before each use, isAsRead() asks the shared memory whether
// the bucket is as it was; see chains.ts for why that is enough. What a hint refers to may be long gone, and its memory given back to the
// system: its value is made of what the hint has, not of memory that other threads write.
//
// A Map takes as the same key what the table does: -0 is 0, NaN is NaN, 1n is not 1. Arrays and objects, which it compares by
// identity, get no hint.
//
// There are two generations. When the young one is full, it becomes the old one, and the old one goes; what is used in the old one
// becomes young again. So there are at most twice MAX_HINTS and MAX_BYTES for each map and thread.
const MAX_HINTS = 16_384;
const MAX_BYTES = 2 ** 22;
/** Longer keys and values cost more to copy than to find. */
const LONGEST_KEY = 256;
const LONGEST_VALUE = 512;
const SHORTEST_VIEW = 13;

/** The hints of one map in this thread. */
export class Hints {
  readonly #chains: Chains;
  readonly #sightings = new Sightings();
  readonly #payoff = new Payoff();
  #young = new Map<unknown, Hint>();
  #old = new Map<unknown, Hint>();
  #bytes = 0;

  constructor(chains: Chains) {
    this.#chains = chains;
  }

  /** The hint of a key, which may be out of date. */
  of(key: unknown): Hint | undefined {
    return this.#payoff.ask() ? (this.#young.get(key) ?? this.#oldHintOf(key)) : undefined;
  }

  /** Whether the entry of a hint is in the map, and has not expired, at a moment within this call. */
  isCurrent({ bucket, version, epoch, expires }: Hint): boolean {
    if (!this.#chains.isAsRead(bucket, version, epoch) || (expires !== 0 && expires <= monotonicNow())) return false;
    this.#payoff.found();
    return true;
  }

  /**
   * The value that the reader has found, and perhaps a hint of it from now on: if it is small, and its key has a hint already, or the
   * entry is read a second time. A map that is written as often as it is read would only pay for new ones. Hooks of classes may run,
   * and use the reader.
   *
   * @param known the hint of the key, if it is out of date
   */
  read(key: unknown, encoded: EncodedKey, reader: Reader, known: Hint | undefined): unknown {
    if (known?.isOf(reader) === true) {
      known.version = reader.version;
      return known.value();
    }
    if (this.#payoff.isResting || !isWorthKeeping(key, encoded, reader)) return reader.value();
    if (known !== undefined) {
      this.#renew(known, encoded, reader);
      return known.value();
    }
    if (!this.#sightings.sawBefore(encoded.hash, reader.stamp)) return reader.value();
    const hint = new Hint(ownKey(key), encoded, reader);
    this.#add(hint);
    return hint.value();
  }

  /** Forgets all. */
  clear(): void {
    this.#young = new Map();
    this.#old = new Map();
    this.#bytes = 0;
  }

  #oldHintOf(key: unknown): Hint | undefined {
    if (this.#old.size === 0) return undefined;
    const hint = this.#old.get(key);
    if (hint !== undefined) this.#add(hint);
    return hint;
  }

  #renew(hint: Hint, encoded: EncodedKey, reader: Reader): void {
    this.#bytes -= hint.byteLength;
    hint.renew(encoded, reader);
    this.#bytes += hint.byteLength;
    if (this.#bytes > MAX_BYTES) this.#age();
  }

  #add(hint: Hint): void {
    if (this.#young.size === MAX_HINTS || this.#bytes + hint.byteLength > MAX_BYTES) this.#age();
    this.#bytes += hint.byteLength;
    this.#young.set(hint.key, hint);
  }

  #age(): void {
    this.#old = this.#young;
    this.#young = new Map();
    this.#bytes = 0;
  }
}

function isWorthKeeping(key: unknown, { shape }: EncodedKey, { type, raw, length }: Reader): boolean {
  if (typeof key === 'object' && key !== null) return false;
  return keyBytesIn(shape) <= LONGEST_KEY && length <= LONGEST_VALUE && ValueCodec.isWhole(type, raw);
}

/** The key, but not the caller's string if that may be a view that keeps a long text alive: V8 copies shorter ones. */
function ownKey(key: unknown): unknown {
  return typeof key === 'string' && key.length >= SHORTEST_VIEW ? Buffer.from(key, 'utf16le').toString('utf16le') : key;
}
