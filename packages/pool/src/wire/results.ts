import { ByteRing, RING_USER_WORDS, Segment, itemsIn, park, registerLook } from '@multiprocess/shared-memory';
import type { Parker, RingReader, RingWriter, Coroutine } from '@multiprocess/shared-memory';
import { createRingSegment } from './ring-segment.js';

const KIND = 'pool.Results';

/** The ring through which all workers of a pool answer. A killed worker does not block the others. */
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

  /** Whether everything that was published at some moment during the call has been taken. */
  get isEmpty(): boolean {
    return this.#ring.isEmpty;
  }

  /** Waits for ever, in place of a wait for a ring that cannot be read any more. */
  *resting(): Coroutine<never> {
    const { words } = this.#segment;
    const index = RING_USER_WORDS; // a word without use here
    for (;;) {
      yield park(words, index, Atomics.load(words, index));
    }
  }

  close(): void {
    this.#segment.close();
  }
}

registerLook(KIND, (peek) => ({ items: itemsIn(peek) }));
