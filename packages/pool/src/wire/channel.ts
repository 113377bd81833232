import { ByteRing, clock, park, RING_USER_WORDS, Segment } from '@multiprocess/shared-memory';
import type { Parker, Watch } from '@multiprocess/shared-memory';
import { createRingSegment } from './ring-segment.js';

// Layout: a ring (see ByteRing) into which only the pool puts and from which only the worker takes, and these words:
//   STOP     the RUNNING value of the task that shall stop; 0 if none shall. Written by the pool; the worker watches it
//   STARTED  monotonic milliseconds, lower 32 bits, at which the running task began, or the input of a chunk that the worker
//            is at. Written by the worker, before its claim and before each input, and only for stoppable tasks
//   ITEM     index in its chunk of the input that the worker is at. Written by the worker, not atomically: read only after its death
//   CLAIMS   a word for each task that has been sent and not answered, at the task's slot:
//              QUEUED   attempt << 2 | 1: the worker may claim the task. Written by the pool, before the task is put
//              RUNNING  attempt << 2 | 2: the worker has begun it. Written by the worker, by compare-exchange from QUEUED
//              0        the pool has taken it back, by compare-exchange from QUEUED, and may give it to another worker
//            A slot is used again once the task has been answered or taken back. A message of it that is still in the ring
//            has an older attempt number: its claim fails, and the worker skips it.
// After a crash of the worker: a result is published before the next task is claimed. So of the tasks without a result, at
// most one is RUNNING, and those QUEUED were never begun.
const STOP = RING_USER_WORDS;
const STARTED = RING_USER_WORDS + 32;
const ITEM = RING_USER_WORDS + 33;
const CLAIMS = RING_USER_WORDS + 64;

const KIND = 'pool.Channel';

/** How many tasks a worker can have. */
export const SLOTS = 256;
/** The attempt number stands above two bits of state. It is never 0. */
export const MAX_ATTEMPTS = 2 ** 29 - 1;

const queued = (attempt: number): number => (attempt << 2) | 1;
const running = (attempt: number): number => (attempt << 2) | 2;

/** What a pool and one of its workers share. */
export class Channel {
  readonly ring: ByteRing;
  readonly #segment: Segment;
  readonly #words: Int32Array;

  private constructor(segment: Segment) {
    this.#segment = segment;
    this.#words = segment.words;
    this.ring = new ByteRing(segment);
  }

  /** @throws {@link OutOfMemoryError} if shared memory is full. */
  static create(): Channel {
    return new Channel(createRingSegment(KIND));
  }

  /** In the worker. Removes the name: the segment goes when pool and worker are gone. */
  static take(reference: string): Channel {
    const segment = Segment.attach(reference, KIND);
    segment.unlink();
    return new Channel(segment);
  }

  get reference(): string {
    return this.#segment.reference;
  }

  get parker(): Parker {
    return this.#segment.thread.parker;
  }

  /** In the pool, before the task is put: lets the worker claim it. */
  offer(slot: number, attempt: number): void {
    Atomics.store(this.#words, CLAIMS + slot, queued(attempt));
  }

  /** In the pool: takes back a task; false if it has begun. */
  takeBack(slot: number, attempt: number): boolean {
    return Atomics.compareExchange(this.#words, CLAIMS + slot, queued(attempt), 0) === queued(attempt);
  }

  isRunning(slot: number, attempt: number): boolean {
    return Atomics.load(this.#words, CLAIMS + slot) === running(attempt);
  }

  /** Milliseconds since the stoppable task, or the input of a chunk that it is at, began. */
  get elapsed(): number {
    return (monotonicMs() - Atomics.load(this.#words, STARTED)) | 0;
  }

  /** Index in its chunk of the input that the worker was at. */
  get item(): number {
    return this.#words[ITEM]!;
  }

  /** In the pool: asks the running task to stop. */
  stop(attempt: number): void {
    Atomics.store(this.#words, STOP, running(attempt));
    this.parker.unpark(this.#words, STOP, 1);
  }

  /** In the worker: claims a task; false if it has been taken back. */
  claim(slot: number, attempt: number): boolean {
    if (slot < 0 || slot >= SLOTS) return false;
    return Atomics.compareExchange(this.#words, CLAIMS + slot, queued(attempt), running(attempt)) === queued(attempt);
  }

  /** In the worker, before it claims a stoppable task, and before each of its inputs. */
  noteTime(): void {
    Atomics.store(this.#words, STARTED, monotonicMs());
  }

  /** In the worker: notes the index of the input that it is at. */
  noteItem(index: number): void {
    this.#words[ITEM] = index;
  }

  /** In the worker: whether the task with that attempt shall stop. */
  isToStop(attempt: number): boolean {
    return Atomics.load(this.#words, STOP) === running(attempt);
  }

  /** In the worker: calls `onChange` once, when the pool may have asked for a stop. Keeps the event loop alive until then. */
  watchStop(onChange: () => void): Watch | undefined {
    const expected = Atomics.load(this.#words, STOP);
    const request = park(this.#words, STOP, expected);
    return this.parker.watch(request, onChange);
  }

  /** In the pool, while it is not putting: tells the worker that no more tasks come. Never waits, not even for a stopped worker. */
  shut(): void {
    ByteRing.shutAtOnce(this.#segment);
  }

  close(): void {
    this.#segment.close();
  }
}

/** Milliseconds of a clock that all processes of the machine share, modulo 2^32. */
function monotonicMs(): number {
  const [seconds, nanoseconds] = clock.hrtime();
  return (seconds * 1000 + nanoseconds / 1e6) | 0;
}
