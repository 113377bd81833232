import type { Run } from '../run.js';

const INDEX = /^\d+$/;

/** An `Int32Array` whose elements are asked for and changed through the execution that is under way. */
export function sharedWords(length: number, run: () => Run): Int32Array {
  return new Proxy({} as Int32Array, {
    get: (_, key, words) => {
      if (key === 'length') return length;
      if (key === 'buffer') return words as unknown; // only a view of bytes is ever made of it
      if (key === 'byteOffset') return 0;
      if (typeof key === 'string' && INDEX.test(key)) return run().perform({ kind: 'read', index: Number(key) });
      throw new Error(`The model knows no ${String(key)} of shared words`);
    },
    set: (_, key, value: number) => {
      run().perform({ kind: 'write', index: Number(key), value: value | 0 });
      return true;
    },
  });
}

/** The same words as bytes, for copies of whole words: the model has no smaller step than a word. */
export function sharedBytes(
  words: Int32Array,
  byteOffset: number,
): Pick<Uint8Array, 'set' | 'subarray' | 'copyWithin'> {
  const wordAt = (offset: number): number => {
    if (offset % 4 !== 0) throw new Error(`The model copies whole words, not from byte ${offset} on`);
    return (byteOffset + offset) / 4;
  };
  return {
    set(source: ArrayLike<number>, offset = 0) {
      const bytes = Uint8Array.from(source);
      const from = new Int32Array(bytes.buffer, 0, bytes.length / 4);
      for (const [i, word] of from.entries()) words[wordAt(offset) + i] = word;
    },
    subarray(begin: number, end: number) {
      const copy = new Int32Array((end - begin) / 4);
      for (let i = 0; i < copy.length; i++) copy[i] = words[wordAt(begin) + i]!;
      return new Uint8Array(copy.buffer);
    },
    copyWithin(target: number, start: number, end: number) {
      this.set(this.subarray(start, end), target);
      return this as Uint8Array;
    },
  };
}
