import { OutOfMemoryError } from './errors.js';
import type { Pause } from './parker.js';
import type { RingCore } from './ring-core.js';
import { GETS, HEAD, LARGEST, PUTS, SHUT, TAIL, recordBytes } from './ring-layout.js';
import type { Waiting } from './wait-sync.js';

/** What became of an item: put, no room now, nothing may be put any more, or somebody is in the way for a moment. */
export type PutOutcome = 'put' | 'full' | 'shut' | 'busy';

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
   * @throws {OutOfMemoryError} If it is larger than half of the most bytes: padding may take the other half.
   */
  checkFits(byteLength: number): void {
    const { mostBytes } = this.#core.memory;
    if (recordBytes(byteLength) <= mostBytes / 2) return;
    throw new OutOfMemoryError(
      `An item of ${byteLength} bytes never fits: with ${mostBytes} bytes of memory the largest has ${mostBytes / 2 - 8}`,
    );
  }

  /** Puts the item if that can be done at once. Never waits. */
  tryPut(item: Uint8Array): PutOutcome {
    const { items, producers } = this.#core;
    if (!producers.tryLock()) return 'busy';
    let outcome: PutOutcome = 'busy';
    try {
      if (!this.#core.isDirty) outcome = this.#put(item);
    } finally {
      producers.unlock();
    }
    if (outcome === 'put') items.notify(1);
    return outcome;
  }

  /**
   * Puts as many of the items as there is room for, from the one numbered `from` on, with one store.
   *
   * @returns how many, or 'shut'. 0 means that there was no room or that somebody was in the way. Never waits.
   */
  tryPutMany(items: readonly Uint8Array[], from: number): number | 'shut' {
    const { memory, producers } = this.#core;
    if (!producers.tryLock()) return 0;
    let count = 0;
    try {
      if (this.#core.isDirty) return 0;
      if (this.#words[SHUT] !== 0) return 'shut';
      let tail = this.#words[TAIL]!;
      for (let i = from; i < items.length; i++) {
        const end = this.#hasMostItems(count) ? tail : memory.append(tail, items[i]!);
        if (end === tail) break;
        tail = end;
        count++;
      }
      if (count > 0) this.#publish(tail, count);
    } finally {
      producers.unlock();
    }
    if (count > 0) this.#core.items.notify(count);
    return count;
  }

  /**
   * Puts the item, growing the ring where it may and waiting for room where it may not.
   *
   * @throws {OutOfMemoryError} If it would not fit into an empty ring, or the system has no memory to grow.
   */
  *putting(item: Uint8Array): Waiting<'put' | 'shut'> {
    this.checkFits(item.byteLength);
    let patient = true;
    let spun = false;
    let pause: Pause | undefined;
    for (;;) {
      yield* this.#core.enteringProducers();
      const head = Atomics.load(this.#words, HEAD);
      const outcome = this.#putThenLeave(item, patient);
      if (outcome === 'put') this.#core.items.notify(1);
      if (outcome === 'put' || outcome === 'shut') return outcome;
      if (outcome === 'busy') {
        yield* this.#core.awaitingConsumers();
      } else if (outcome === 'crowded') {
        yield this.#core.spin(HEAD, head, true);
        patient = Atomics.load(this.#words, HEAD) !== head;
      } else if (!spun) {
        spun = true;
        yield this.#core.spin(HEAD, head);
      } else if (pause === undefined) {
        pause = yield* this.#core.announcing(this.#core.space); // and look once more
        this.#reclaimFromDeadConsumer();
      } else {
        yield pause;
        pause = undefined;
      }
    }
  }

  /**
   * Lets nothing be put any more, and throws away what is there if `discard`. Waits for a put that is under way.
   *
   * @returns how many items were thrown away
   */
  *shutting(discard: boolean): Waiting<number> {
    const { consumers, items, producers, space } = this.#core;
    yield* this.#core.enteringProducers();
    Atomics.store(this.#words, SHUT, 1);
    producers.unlock();
    let discarded = 0;
    if (discard) {
      yield* this.#core.enteringConsumers();
      discarded = this.#core.size;
      this.#core.take(Atomics.load(this.#words, TAIL), discarded);
      consumers.unlock();
    }
    items.notifyAll();
    space.notifyAll();
    return discarded;
  }

  /** 'crowded' if there is no room although the ring may grow, and the caller is patient: a consumer may be at work. */
  #putThenLeave(item: Uint8Array, patient: boolean): PutOutcome | 'crowded' {
    try {
      if (!this.#core.countIfDirty()) return 'busy';
      const outcome = this.#put(item);
      if (outcome !== 'full' || !this.#mayGrow(item.byteLength)) return outcome;
      if (patient && this.#core.memory.capacity >= this.#core.handyBytes) return 'crowded';
      return this.#core.tryGrow(item.byteLength) ? this.#put(item) : 'busy';
    } finally {
      this.#core.producers.unlock();
    }
  }

  #put(item: Uint8Array): 'put' | 'full' | 'shut' {
    if (this.#words[SHUT] !== 0) return 'shut';
    if (this.#hasMostItems(0)) return 'full';
    const tail = this.#words[TAIL]!;
    const end = this.#core.memory.append(tail, item);
    if (item.byteLength > this.#words[LARGEST]!) this.#words[LARGEST] = item.byteLength;
    if (end === tail) return 'full';
    this.#publish(end, 1);
    return 'put';
  }

  #publish(tail: number, count: number): void {
    Atomics.store(this.#words, PUTS, (this.#words[PUTS]! + count) | 0);
    Atomics.store(this.#words, TAIL, tail);
  }

  #hasMostItems(more: number): boolean {
    const { mostItems } = this.#core;
    if (mostItems === 0) return false;
    const puts = (this.#words[PUTS]! + more) | 0;
    return ((puts - Atomics.load(this.#words, GETS)) | 0) >= mostItems;
  }

  #mayGrow(length: number): boolean {
    return this.#core.memory.capacity < this.#core.mostBytesFor(length) && !this.#hasMostItems(0);
  }

  /** A consumer that died holding its mutex may have taken an item and not said so: that room is free. */
  #reclaimFromDeadConsumer(): void {
    if (!this.#core.consumers.tryTakeOver()) return;
    this.#core.markDirty();
    this.#core.consumers.unlock();
  }
}
