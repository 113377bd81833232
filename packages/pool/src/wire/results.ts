import { ByteRing, RING_USER_WORDS, Segment, itemsIn, registerLook } from '@multiprocess/shared-memory';
import type { Parker, RingReader, RingWriter, Coroutine } from '@multiprocess/shared-memory';
import { createRingSegment } from './ring-segment.js';

const KIND = 'pool.Results';

/** The ring through which all workers of a pool answer. One of them that is killed keeps no other from it. */
export class Results {
  readonly reader: RingReader;
  readonly writer: RingWriter;
  readonly #segment: Segment;
  readonly #ring: ByteRing;

  private constructor(segment: Segment) {
    this.#segment = segment;
    this.#ring = new ByteRing(segment);
    this.reader = this.#ring.reader;
    this.writer = this.#ring.writer;
  }

  /** @throws {OutOfMemoryError} If shared memory is full. */
  static create(): Results {
    return new Results(createRingSegment(KIND, { reachable: true }));
  }

  static attach(reference: string): Results {
    return new Results(Segment.attach(reference, KIND));
  }

  get reference(): string {
    return this.#segment.reference;
  }

  get parker(): Parker {
    return this.#segment.thread.parker;
  }

  /** Whether all that had been published at some moment during the call has been taken. */
  get isEmpty(): boolean {
    return this.#ring.isEmpty;
  }

  /** Waits for nothing at all: how whoever cannot read the ring any more sleeps. */
  *resting(): Coroutine<never> {
    const { words } = this.#segment;
    const index = RING_USER_WORDS; // which nothing here uses
    for (;;) {
      yield { kind: 'park', words, index, expected: Atomics.load(words, index), owner: 0, brief: false };
    }
  }

  close(): void {
    this.#segment.close();
  }
}

registerLook(KIND, (peek) => ({ items: itemsIn(peek) }));
