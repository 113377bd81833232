import { ByteRing, RING_USER_WORDS, Segment, clock } from '@multiprocess/shared-memory';
import type { Parker, Watch } from '@multiprocess/shared-memory';
import { createRingSegment } from './ring-segment.js';

// How a pool hands tasks to one worker: a ring (see ByteRing) into which only the pool puts and from which only the
// worker takes, and these words:
//   STOP     the RUNNING value of the task that is to stop, 0 for none. Written by the pool; the worker watches it
//   STARTED  monotonic milliseconds, lower 32 bits, at which the running task began. Written by the worker, before its
//            claim, and only for tasks that somebody may want to stop
//   ITEM     which input of its chunk the worker is at. Written by the worker without ceremony: read after its death only
//   CLAIMS   a word for each task that is on its way, in the task's slot:
//              QUEUED   the task is the worker's if it says so: ticket << 2 | 1. Written by the pool, before the task is put
//              RUNNING  it said so and has begun: ticket << 2 | 2. Written by the worker, by compare-exchange from QUEUED
//              0        the pool has taken it back, by compare-exchange from QUEUED, and may give it to another worker
//            A slot is used again once the task's result is there or it was taken back. What is still in the ring then has
//            an older ticket, so that its claim fails and the worker passes it over.
// After a crash of the worker nothing is in doubt: its result was published before it claimed the next task, so of the
// tasks that are out, and whose result is not there, those QUEUED were never begun, and one at most is RUNNING.
const STOP = RING_USER_WORDS;
const STARTED = RING_USER_WORDS + 32;
const ITEM = RING_USER_WORDS + 33;
const CLAIMS = RING_USER_WORDS + 64;

const KIND = 'pool.Channel';

/** How many tasks can be on their way to a worker, and with it. */
export const SLOTS = 256;
/** Tickets fit beside two bits of state; 0 is none. */
export const MAX_TICKETS = 2 ** 29 - 1;

const queued = (ticket: number): number => (ticket << 2) | 1;
const running = (ticket: number): number => (ticket << 2) | 2;

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

  /** @throws {OutOfMemoryError} If shared memory is full. */
  static create(): Channel {
    return new Channel(createRingSegment(KIND));
  }

  /** In the worker. From now on nobody else finds it, and nothing is left of it when both are gone. */
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

  /** In the pool: what comes with that ticket is for whoever claims it. Before it is put. */
  offer(slot: number, ticket: number): void {
    Atomics.store(this.#words, CLAIMS + slot, queued(ticket));
  }

  /** In the pool: takes a task back that has not begun. */
  takeBack(slot: number, ticket: number): boolean {
    return Atomics.compareExchange(this.#words, CLAIMS + slot, queued(ticket), 0) === queued(ticket);
  }

  isRunning(slot: number, ticket: number): boolean {
    return Atomics.load(this.#words, CLAIMS + slot) === running(ticket);
  }

  /** For how many ms the stoppable task that is running has been. */
  get elapsed(): number {
    return (monotonicMs() - Atomics.load(this.#words, STARTED)) | 0;
  }

  /** Which input of its chunk the worker was at. */
  get item(): number {
    return this.#words[ITEM]!;
  }

  /** In the pool: asks the running task to stop. */
  stop(ticket: number): void {
    Atomics.store(this.#words, STOP, running(ticket));
    this.parker.unpark(this.#words, STOP, 1);
  }

  /** In the worker: makes a task its own, unless it has been taken back. */
  claim(slot: number, ticket: number): boolean {
    if (slot < 0 || slot >= SLOTS) return false;
    return Atomics.compareExchange(this.#words, CLAIMS + slot, queued(ticket), running(ticket)) === queued(ticket);
  }

  /** In the worker, before it claims a stoppable task. */
  noteTime(): void {
    Atomics.store(this.#words, STARTED, monotonicMs());
  }

  /** In the worker: it is at that input now. */
  noteItem(index: number): void {
    this.#words[ITEM] = index;
  }

  /** In the worker: whether the task with that ticket is to stop. */
  isToStop(ticket: number): boolean {
    return Atomics.load(this.#words, STOP) === running(ticket);
  }

  /** In the worker: calls `onChange` once, when the pool may have asked for a stop. Keeps the event loop alive until then. */
  watchStop(onChange: () => void): Watch | undefined {
    const expected = Atomics.load(this.#words, STOP);
    const pause = { kind: 'park', words: this.#words, index: STOP, expected, owner: 0, brief: false } as const;
    return this.parker.watch(pause, onChange);
  }

  /** In the pool, which alone puts and is not putting now: no more tasks come. Does not wait, as for a worker that is stopped. */
  shut(): void {
    ByteRing.shutAtOnce(this.#segment);
  }

  close(): void {
    this.#segment.close();
  }
}

/** The same clock in all processes of the machine, modulo 2^32. */
function monotonicMs(): number {
  const [seconds, nanoseconds] = clock.hrtime();
  return (seconds * 1000 + nanoseconds / 1e6) | 0;
}
