import { LEASE, ValueCodec } from '../codec/value-codec.js';
import type { RawValue } from '../codec/value-codec.js';
import type { EncodedKey } from '../codec/encoded-key.js';
import { EXPIRES, LENGTH, SHAPE, STAMP, TICKET, UNIT_WORDS_SHIFT, valueTypeIn, valueWord } from '../words/layout.js';
import type { Chains } from './chains.js';
import { monotonicNow } from './monotonic.js';
import { validated } from './validated.js';

/** Reads entries without a lock. Its fields are those of the entry that was found last. */
export class Reader {
  unit = 0;
  stamp = 0;
  type = 0;
  raw: RawValue = undefined;
  /** When the entry expires; 0 for never. */
  expires = 0;
  /** Of a lease, the thread that loads; else bytes of the value. */
  length = 0;
  /** Of a lease, which load of that thread it is; else its place in a queue of the eviction. */
  ticket = 0;
  /** The bucket of the key that was found, and what its VERSION and EPOCH were then. */
  bucket = 0;
  version = 0;
  epoch = 0;
  readonly #words: Int32Array;
  readonly #floats: Float64Array;
  readonly #chains: Chains;
  readonly #values: ValueCodec;

  constructor(words: Int32Array, chains: Chains, values: ValueCodec) {
    this.#words = words;
    this.#floats = new Float64Array(words.buffer, words.byteOffset, words.length >>> 1);
    this.#chains = chains;
    this.#values = values;
  }

  /** Whether the map has an entry of that key, expired ones and leases included. */
  find(key: EncodedKey): boolean {
    const bucket = this.#chains.bucketOf(key.hash);
    if (this.#chains.head(bucket) === 0) return false;
    return validated(this.#chains, bucket, () => {
      const chains = this.#chains;
      this.bucket = bucket;
      this.version = chains.version(bucket);
      this.epoch = chains.epoch;
      if (chains.find(bucket, key) === 0) return false;
      this.copy(chains.found);
      return true;
    });
  }

  /** Copies an entry: under the lock of its bucket, or with a look at VERSION before and after. */
  copy(unit: number): void {
    this.look(unit);
    const at = unit << UNIT_WORDS_SHIFT;
    const word = at + valueWord(this.#words[at + SHAPE]!);
    this.raw = this.type === LEASE ? undefined : this.#values.read(this.type, word, this.length);
  }

  /** The same without its value. */
  look(unit: number): void {
    const words = this.#words;
    const at = unit << UNIT_WORDS_SHIFT;
    this.unit = unit;
    this.stamp = words[at + STAMP]!;
    this.type = valueTypeIn(words[at + SHAPE]!);
    this.length = words[at + LENGTH]!;
    this.ticket = words[at + TICKET]!;
    this.expires = this.expiryOf(at);
  }

  /** When the entry at that word expires; 0 for never. */
  expiryOf(at: number): number {
    return this.#words[at + EXPIRES + 1] === 0 ? 0 : this.#floats[(at + EXPIRES) >>> 1]!;
  }

  /** Whether what was found is an entry with a value that has not expired. */
  get isLive(): boolean {
    return this.type !== LEASE && (this.expires === 0 || this.expires > monotonicNow());
  }

  /** The value that was found. Hooks of classes may run, and use this reader. */
  value(): unknown {
    const { type, raw } = this;
    return ValueCodec.decode(type, raw);
  }
}
