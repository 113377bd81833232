import type { Thread } from '@multiprocess/shared-memory';

/** Stands in for a segment: words, and nothing of a file. */
export class SimulatedSegment {
  readonly words: Int32Array;
  readonly byteOffset = 0;
  readonly byteLength: number;
  readonly thread: Thread;
  readonly kind = 'model';
  readonly reference = 'model';
  readonly isOpen = true;

  constructor(words: Int32Array, wordCount: number, thread: Thread) {
    this.byteLength = 4 * wordCount;
    this.words = words;
    this.thread = thread;
  }

  /** The words themselves: only a view of bytes is ever made of it. */
  get buffer(): Int32Array {
    return this.words;
  }

  // There are no pages to ask the system for.
  reserve(): void {}
  giveBack(): void {}
  newBytes(byteLength: number): Uint8Array {
    return new Uint8Array(byteLength);
  }
  close(): void {}
}
