import { readFileSync } from 'node:fs';

/** One character, since a repetition overflows the stack of the expression on a word of millions of letters. */
const BETWEEN_WORDS = /[^\p{L}\p{N}]/u;
/** Where a file with a zero byte this early is taken for binary, as git does it. */
const LOOKED_AT_BYTES = 8000;

/** How often each word was seen. */
export class WordCounter {
  counts = new Map();
  words = 0;

  /** Counts the words of a file; a binary file has none. Returns the number of words. */
  addFile(path) {
    const bytes = readFileSync(path);
    if (bytes.subarray(0, LOOKED_AT_BYTES).includes(0)) return 0;
    const before = this.words;
    for (const word of bytes.toString('utf8').toLowerCase().split(BETWEEN_WORDS)) {
      if (word !== '') this.add(word, 1);
    }
    return this.words - before;
  }

  add(word, times) {
    this.counts.set(word, (this.counts.get(word) ?? 0) + times);
    this.words += times;
  }

  /** Adds what another counter has found, as [word, times] pairs. */
  addAll(counts) {
    for (const [word, times] of counts) this.add(word, times);
  }

  /** The most frequent words, the first in the alphabet first among equals. */
  top(length) {
    const byFrequency = ([a, m], [b, n]) => n - m || (a < b ? -1 : 1);
    return [...this.counts].sort(byFrequency).slice(0, length);
  }

  /** Whether the other has seen the same words equally often. */
  equals(other) {
    if (this.words !== other.words || this.counts.size !== other.counts.size) return false;
    return [...this.counts].every(([word, times]) => other.counts.get(word) === times);
  }
}
