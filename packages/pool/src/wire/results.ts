import { ByteRing, lookAtRing, park, registerLook, RING_USER_WORDS, Segment } from '@multiprocess/shared-memory';
import type { Coroutine, Parker, RingReader, RingWriter } from '@multiprocess/shared-memory';
import { createRingSegment } from './ring-segment.js';

const KIND = 'pool.Results';

/** The ring into which all workers of a pool put their results. A killed worker does not block the others. */
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

  /** @throws {@link OutOfMemoryError} if shared memory is full. */
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

  /** Whether all that was published before the call has been taken. */
  get isEmpty(): boolean {
    return this.#ring.isEmpty;
  }

  /** Waits for ever, instead of waiting for a ring that is damaged. */
  *resting(): Coroutine<never> {
    const { words } = this.#segment;
    const index = RING_USER_WORDS; // a word that is not used here
    for (;;) {
      yield park(words, index, Atomics.load(words, index));
    }
  }

  close(): void {
    this.#segment.close();
  }
}

registerLook(KIND, lookAtRing);
