import { clock } from '../base/clock.js';
import { OutOfMemoryError } from '../base/errors.js';
import type { WaitRequest } from '../wait/parker.js';
import type { RingCore } from './ring-core.js';
import { GETS, HEAD, PUTS, RECORD_HEADER_BYTES, recordBytes, SHUT, TAIL } from './ring-layout.js';
import type { RingBatch } from './ring-batch.js';
import { RingMessage } from './ring-message.js';
import type { Coroutine } from '../wait/wait-sync.js';

/** A larger batch is not expected to be in the ring as a whole. */
const MAX_BATCH_BYTES = 2 ** 22;

/** The outcome for an item: put, no room now, the ring is shut, or another thread holds a mutex for a moment. */
export type PutOutcome = 'put' | 'full' | 'shut' | 'busy';

/** What to do if the system has no memory for a ring to grow. */
export type NoMemory = 'throw' | 'wait';

/** The side of a ring that puts. */
export class RingWriter {
  readonly #core: RingCore;
  readonly #words: Int32Array;

  constructor(core: RingCore) {
    this.#core = core;
    this.#words = core.words;
  }

  /**
   * Refuses an item that would never fit.
   *
   * @throws {@link OutOfMemoryError} if it is larger than half of the largest size: padding may take the other half.
   */
  checkFits(byteLength: number): void {
    const { maxBytes } = this.#core.memory;
    if (recordBytes(byteLength) <= maxBytes / 2) return;
    throw new OutOfMemoryError(
      `An item of ${byteLength} bytes never fits: with ${maxBytes} bytes of memory the largest has ${maxBytes / 2 - RECORD_HEADER_BYTES}`,
    );
  }

  /** Puts the item if that needs no wait. */
  tryPut(item: RingMessage | Uint8Array): PutOutcome {
    const { items, producers } = this.#core;
    if (!producers.tryLock()) return 'busy';
    let outcome: PutOutcome = 'busy';
    try {
      if (!this.#core.isDirty) outcome = this.#put(toMessage(item));
    } finally {
      producers.unlock();
    }
    if (outcome === 'put') items.notify(1);
    return outcome;
  }

  /**
   * Puts as many messages of the batch as there is room for, with one store. Never waits. The batch counts them.
   *
   * @returns 'shut' if the ring is shut
   */
  tryPutMany(batch: RingBatch): 'put' | 'shut' {
    const { producers } = this.#core;
    if (!producers.tryLock()) return 'put';
    let count: number;
    try {
      if (this.#core.isDirty) return 'put';
      if (this.#words[SHUT] !== 0) return 'shut';
      count = this.#putAll(batch);
    } finally {
      producers.unlock();
    }
    if (count > 0) this.#core.items.notify(count);
    return 'put';
  }

  #putAll(batch: RingBatch): number {
    const { appender } = this.#core;
    const first = batch.put;
    const max = this.#maxMore();
    let tail = this.#words[TAIL]!;
    for (let piece = batch.piece; piece !== undefined && batch.put - first < max; piece = batch.piece) {
      const before = tail;
      if (piece instanceof RingMessage) {
        tail = appender.append(tail, piece);
        if (tail !== before) batch.advance(1);
      } else {
        const { count, end } = appender.appendRun(tail, piece, batch.index, max - (batch.put - first));
        tail = end;
        if (count > 0) batch.advance(count);
      }
      if (tail === before) break;
    }
    const count = batch.put - first;
    this.#core.room.noteUse(tail, Math.min(batch.byteLength, MAX_BATCH_BYTES) / 2);
    if (count > 0) this.#publish(tail, count);
    return count;
  }

  /**
   * Puts the item. If there is no room, grows the ring if it may grow, else waits.
   *
   * @param noMemory what to do if the ring may grow, but the system has no memory: throw, or wait if the item fits into the
   *   empty ring
   * @throws {@link OutOfMemoryError} if it would not fit into an empty ring, or the system has no memory to grow. Nothing was put.
   */
  *putting(item: RingMessage | Uint8Array, noMemory: NoMemory = 'throw'): Coroutine<'put' | 'shut'> {
    const message = toMessage(item);
    this.checkFits(message.byteLength);
    let patient = true;
    let patientUntil: number | undefined;
    let spun = false;
    let request: WaitRequest | undefined;
    for (;;) {
      yield* this.#core.enteringProducers();
      const head = Atomics.load(this.#words, HEAD);
      const outcome = this.#putThenLeave(message, patient, noMemory);
      if (outcome === 'put') this.#core.items.notify(1);
      if (outcome === 'put' || outcome === 'shut') return outcome;
      if (outcome === 'busy') {
        yield* this.#core.awaitingConsumers();
      } else if (outcome === 'crowded') {
        this.#core.room.noteCrowded(head);
        yield this.#core.spin(HEAD, head, { brief: true });
        patientUntil ??= clock.now() + this.#core.room.growMs;
        patient = (yield* this.#givingTime(head, patientUntil)) && clock.now() < patientUntil;
      } else if (!spun) {
        spun = true;
        yield this.#core.spin(HEAD, head);
      } else if (request === undefined) {
        request = yield* this.#core.announcing(this.#core.space); // and look once more
        this.#reclaimFromDeadConsumer();
      } else {
        yield request;
        request = undefined;
      }
    }
  }

  /**
   * There is no room, but the ring may grow: waits for a consumer that is at work, at most as long as growing costs. That limit is for the
   * whole put: else a large item would wait for ever while small ones take each bit of room that comes.
   *
   * A wake tells of a take, which may be one that this thread knows of: a consumer moves HEAD first and wakes sleepers later.
   *
   * @returns whether something was taken
   */
  *#givingTime(head: number, until: number): Coroutine<boolean> {
    for (;;) {
      if (Atomics.load(this.#words, HEAD) !== head) return true;
      const atMost = Math.min(this.#core.room.patience(head), until - clock.now());
      if (atMost <= 0) return false;
      const request = yield* this.#core.announcing(this.#core.space);
      if (Atomics.load(this.#words, HEAD) !== head) return true;
      yield { ...request, atMost };
      // Neither a wake nor a take: the time is over, or the caller has none.
      const isWoken = Atomics.load(request.words, request.index) !== request.expected;
      if (!isWoken && Atomics.load(this.#words, HEAD) === head) return false;
    }
  }

  /** Shuts the ring, and keeps or discards its items. Waits for a put in progress. */
  *shutting(rest: 'keep' | 'discard'): Coroutine<void> {
    const { emptied, items, producers, space } = this.#core;
    for (;;) {
      yield* this.#core.enteringProducers();
      Atomics.store(this.#words, SHUT, 1);
      const done = rest === 'keep' || this.#core.tryDiscard();
      producers.unlock();
      if (done) break;
      yield* this.#core.awaitingConsumers();
    }
    items.notifyAll();
    space.notifyAll();
    emptied.notifyAll();
  }

  /** Returns 'crowded' if there is no room, the ring may grow and the caller is patient: a consumer may be at work. */
  #putThenLeave(message: RingMessage, patient: boolean, noMemory: NoMemory): PutOutcome | 'crowded' {
    try {
      if (!this.#core.countIfDirty()) return 'busy';
      const outcome = this.#put(message);
      if (outcome !== 'full' || !this.#mayGrow(message.byteLength)) return outcome;
      if (patient && this.#core.memory.capacity >= this.#core.room.handyBytes) return 'crowded';
      return this.#core.room.tryGrow(message.byteLength) ? this.#put(message) : 'busy';
    } catch (error) {
      if (noMemory === 'wait' && error instanceof OutOfMemoryError && this.#fitsOnceEmpty(message)) return 'full';
      throw error;
    } finally {
      this.#core.producers.unlock();
    }
  }

  /** Whether it fits into the ring at its present size, once that is empty: padding may take the other half. */
  #fitsOnceEmpty({ byteLength }: RingMessage): boolean {
    return 2 * recordBytes(byteLength) <= this.#core.memory.capacity;
  }

  #put(message: RingMessage): 'put' | 'full' | 'shut' {
    if (this.#words[SHUT] !== 0) return 'shut';
    if (this.#maxMore() === 0) return 'full';
    const tail = this.#words[TAIL]!;
    const end = this.#core.appender.append(tail, message);
    this.#core.room.noteUse(end, message.byteLength);
    if (end === tail) return 'full';
    this.#publish(end, 1);
    return 'put';
  }

  #publish(tail: number, count: number): void {
    this.#words[PUTS] = (this.#words[PUTS]! + count) | 0;
    Atomics.store(this.#words, TAIL, tail);
  }

  /** How many more items the ring may hold. */
  #maxMore(): number {
    const { maxItems } = this.#core;
    if (maxItems === 0) return Infinity;
    return Math.max(0, maxItems - ((this.#words[PUTS]! - Atomics.load(this.#words, GETS)) | 0));
  }

  #mayGrow(length: number): boolean {
    return this.#core.memory.capacity < this.#core.room.maxBytesFor(length) && this.#maxMore() > 0;
  }

  /** A consumer that died holding its mutex may have taken an item without a notification: that room is free. */
  #reclaimFromDeadConsumer(): void {
    if (!this.#core.consumers.tryTakeOver()) return;
    this.#core.markDirty();
    this.#core.consumers.unlock();
  }
}

function toMessage(item: RingMessage | Uint8Array): RingMessage {
  return item instanceof RingMessage ? item : RingMessage.of(item);
}
