import type { Store } from '../cache/store.js';
import type { EncodedKey } from '../codec/encoded-key.js';
import { KeyCodec } from '../codec/key-codec.js';
import { keysIn } from '../table/bucket-keys.js';

/** Goes through the entries of a map, whose caller may close it in between: `open` throws then. */
export class Iterating {
  readonly #open: () => Store;
  readonly #words: Int32Array;

  constructor(open: () => Store, words: Int32Array) {
    this.#open = open;
    this.#words = words;
  }

  *entries(): Generator<[key: unknown, value: unknown], undefined, void> {
    for (const key of this.#encodedKeys()) {
      const store = this.#open();
      const { reader } = store.entries;
      if (!reader.find(key) || !reader.isLive) continue;
      store.countRead(reader.unit);
      yield [KeyCodec.decode(key), reader.value()];
    }
  }

  *keys(): Generator<unknown, undefined, void> {
    for (const key of this.#encodedKeys()) {
      const { reader } = this.#open().entries;
      if (reader.find(key) && reader.isLive) yield KeyCodec.decode(key);
    }
  }

  *#encodedKeys(): Generator<EncodedKey, void, void> {
    for (const bucket of this.#open().entries.chains.buckets()) {
      yield* keysIn(bucket, this.#open().entries, this.#words);
    }
  }
}
