import { ByteRing, RING_MOST_BYTES, Segment, itemsIn, registerLook } from '@multiprocess/shared-memory';
import type { Parker, RingReader, RingWriter } from '@multiprocess/shared-memory';

const KIND = 'pool.Results';
const LIMITS = { mostItems: 0, mostBytes: RING_MOST_BYTES };

/** The ring through which all workers of a pool answer. One of them that is killed keeps no other from it. */
export class Results {
  readonly reader: RingReader;
  readonly writer: RingWriter;
  readonly #segment: Segment;

  private constructor(segment: Segment) {
    const ring = new ByteRing(segment);
    this.#segment = segment;
    this.reader = ring.reader;
    this.writer = ring.writer;
  }

  /** @throws {OutOfMemoryError} If shared memory is full. */
  static create(): Results {
    const { segment } = Segment.create({
      kind: KIND,
      ...ByteRing.plan(LIMITS),
      initialise: (made) => {
        ByteRing.initialise(made, LIMITS);
      },
    });
    segment.keep();
    return new Results(segment);
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

  close(): void {
    this.#segment.close();
  }
}

registerLook(KIND, (peek) => ({ items: itemsIn(peek) }));
