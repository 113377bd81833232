import { attachMemory, parseHandle } from '@multiprocess/shared-memory';
import type { ObjectMemory } from '@multiprocess/shared-memory';

/** The memory of an object, attached to once more and for the rest of the test file. */
export function memoryOf(object: { readonly handle: string }): ObjectMemory {
  const { kind, reference } = parseHandle(object.handle);
  return attachMemory(reference, kind);
}

/** The words of an object, whether it has a segment of its own or a cell of a slab. Index 0 is its own first one. */
export function wordsOf(object: { readonly handle: string }): Int32Array {
  const { words, firstWord, byteLength } = memoryOf(object);
  return words.subarray(firstWord, firstWord + Math.ceil(byteLength / 4));
}
