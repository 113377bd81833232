import { ByteRing, lookAtRing, park, registerLook, RING_USER_WORDS, Segment } from '@multiprocess/shared-memory';
import type { Coroutine, Parker, Peek, RingReader, RingWriter, WorkerCounts } from '@multiprocess/shared-memory';
import { createRingSegment } from './ring-segment.js';

// Layout: a ring (see ByteRing) into which the workers put and from which the pool takes, and these words:
//   RESTING  always 0: a word to sleep on for ever
//   COUNT    how many workers there are
//   BUSY     how many of them have a task
//   TASKS    how many tasks have not been settled
// The last three are written by the pool only, for those who look from outside; no algorithm reads them. After a crash of the
// pool they stay as they were.
const RESTING = RING_USER_WORDS;
const COUNT = RING_USER_WORDS + 1;
const BUSY = RING_USER_WORDS + 2;
const TASKS = RING_USER_WORDS + 3;

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
    for (;;) {
      yield park(words, RESTING, Atomics.load(words, RESTING));
    }
  }

  /** In the pool: notes its state for those who look from outside. Plain stores: nothing depends on their order. */
  note({ count, busy, tasks }: WorkerCounts): void {
    const { words } = this.#segment;
    words[COUNT] = count;
    words[BUSY] = busy;
    words[TASKS] = tasks;
  }

  close(): void {
    this.#segment.close();
  }
}

registerLook(KIND, (peek) => {
  const workers = workersIn(peek);
  const { count, busy, tasks } = workers;
  return { ...lookAtRing(peek), workers, state: `${busy} of ${count} workers busy, ${tasks} tasks` };
});

function workersIn(peek: Peek): WorkerCounts {
  const [count, busy, tasks] = peek(COUNT, 3).map((word) => Math.max(0, word)) as unknown as [number, number, number];
  return { count, busy: Math.min(busy, count), tasks };
}
