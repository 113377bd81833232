import { ByteRing, Segment, itemsIn, registerLook } from '@multiprocess/shared-memory';
import type { Parker, RingReader, RingWriter } from '@multiprocess/shared-memory';
import { createRingSegment } from './ring-segment.js';

const KIND = 'pool.Results';

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

  close(): void {
    this.#segment.close();
  }
}

registerLook(KIND, (peek) => ({ items: itemsIn(peek) }));
