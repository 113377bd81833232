import type { Thread } from '@multiprocess/shared-memory';

/** Stands in for a segment: words, and nothing of a file. */
export class SimulatedSegment {
  readonly words: Int32Array;
  readonly thread: Thread;
  readonly kind = 'model';
  readonly reference = 'model';
  readonly isOpen = true;

  constructor(words: Int32Array, thread: Thread) {
    this.words = words;
    this.thread = thread;
  }

  /** The words themselves: only a view of bytes is ever made of it. */
  get buffer(): Int32Array {
    return this.words;
  }

  get byteLength(): number {
    return this.words.length * 4;
  }

  // There are no pages to ask the system for.
  reserve(): void {}
  giveBack(): void {}
  close(): void {}
}
