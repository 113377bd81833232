import { KeyCodec } from '../codec/key-codec.js';
import type { EncodedKey } from '../codec/encoded-key.js';
import { ENTRY_WORDS, HASH, keyBytesIn, keyShapeIn, SHAPE, UNIT_WORDS_SHIFT } from '../words/layout.js';
import type { Entries } from './entries.js';
import { validated } from './validated.js';

/** The keys of the entries of a bucket that have a value, as they were together at one moment. */
export function keysIn(bucket: number, entries: Entries, words: Int32Array): EncodedKey[] {
  if (entries.chains.head(bucket) === 0) return [];
  return validated(entries.chains, bucket, () => copyKeys(bucket, entries, words));
}

function copyKeys(bucket: number, { chains, reader }: Entries, words: Int32Array): EncodedKey[] {
  const keys: EncodedKey[] = [];
  for (const unit of chains.unitsOf(bucket)) {
    const at = unit << UNIT_WORDS_SHIFT;
    reader.look(unit);
    if (!reader.isLive) continue;
    const shape = words[at + SHAPE]!;
    const wordCount = (keyBytesIn(shape) + 3) >> 2;
    const key = words.subarray(at + ENTRY_WORDS, at + ENTRY_WORDS + wordCount);
    keys.push(KeyCodec.keep({ hash: words[at + HASH]!, shape: keyShapeIn(shape), words: key, wordCount }));
  }
  return keys;
}
