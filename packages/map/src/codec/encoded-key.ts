/** A key as it is stored: the same key has the same words, in every process. */
export interface EncodedKey {
  readonly hash: number;
  /** Its type and its length in bytes; see `keyShape`. */
  readonly shape: number;
  /** The first {@link wordCount} words are the key, the last one padded with zeros. */
  readonly words: Int32Array;
  readonly wordCount: number;
}

const BYTES_OF_WORD = 4;

/** The hash of words: MurmurHash3 (A. Appleby, 2008) of 32 bits. */
export function hashWords(words: Int32Array, count: number, seed: number): number {
  let hash = seed;
  for (let i = 0; i < count; i++) {
    let word = Math.imul(words[i]!, 0xcc9e2d51);
    word = (word << 15) | (word >>> 17);
    hash ^= Math.imul(word, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  hash ^= count * BYTES_OF_WORD;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
