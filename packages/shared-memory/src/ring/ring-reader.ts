import { availableParallelism } from 'node:os';
import { CorruptSegmentError } from '../base/errors.js';
import type { Parker, WaitRequest } from '../wait/parker.js';
import type { RingCore } from './ring-core.js';
import { HEAD, TAIL, recordBytes } from './ring-layout.js';
import type { RingItem } from './ring-item.js';
import { SCRATCH_BYTES, scratch } from './ring-scratch.js';
import type { Coroutine } from '../wait/wait-sync.js';

/**
 * How often to look before the native spin: for some microseconds, in which an answer comes if it comes soon. A native call
 * would take as long as the answer. With one processor no answer comes while this thread runs.
 */
const LOOKS = availableParallelism() > 1 ? 2000 : 0;

/**
 * Uses items that were taken together. They are valid during the call only.
 *
 * @returns whether it wants more
 */
export type UseItems = (items: readonly RingItem[]) => boolean;

/** The side of a ring that takes. */
export class RingReader {
  readonly #core: RingCore;
  readonly #words: Int32Array;

  constructor(core: RingCore) {
    this.#core = core;
    this.#words = core.words;
  }

  /**
   * Takes the oldest item if that needs no wait.
   *
   * @returns undefined if there is none, or another consumer holds the mutex
   */
  tryGet(): RingItem | undefined {
    const { consumers } = this.#core;
    if (!consumers.tryLock()) return undefined;
    let item: RingItem | undefined;
    try {
      if (!this.#core.isDirty) item = this.#get();
    } finally {
      consumers.unlock();
    }
    if (item !== undefined) this.#afterGet(1);
    return item;
  }

  /**
   * Like {@link tryGet}, but spins for some microseconds: blocking callers find most items here, without the cost of a wait.
   *
   * @param timeout milliseconds; with 0 it does not spin
   */
  tryGetSoon(timeout: number): RingItem | undefined {
    const item = this.tryGet();
    if (item !== undefined || timeout <= 0) return item;
    const head = Atomics.load(this.#words, HEAD);
    let looks = LOOKS;
    while (looks > 0 && Atomics.load(this.#words, TAIL) === head) looks--;
    if (looks === 0) this.#core.parker.pause(this.#core.spin(TAIL, head), timeout);
    return this.tryGet();
  }

  /**
   * Runs `use`, which reads items in scratch memory. Items that are taken meanwhile, by hooks that it calls, do not overwrite
   * them.
   */
  whileReading<T>(use: () => T): T {
    const before = scratch.inUse;
    scratch.inUse = true;
    try {
      return use();
    } finally {
      scratch.inUse = before;
    }
  }

  /**
   * Takes up to `max` items, waiting for the first of them, and passes them to `use`: up to `together` at a time, or some
   * KiB, with one store and one copy, as long as more can be taken without a wait and `use` returns true.
   *
   * This is the only way to take many. A caller that first looks whether there are items, and then takes those that need no
   * wait, would spin for ever while a dead or stopped thread holds the mutex.
   *
   * @returns how many; 'shut' if there are none and the ring is shut
   */
  *gettingMany(max: number, use: UseItems, together = max): Coroutine<number | 'shut'> {
    let items = this.#tryGetMany(together);
    if (items.length === 0) {
      const first = yield* this.#taking(together);
      if (first === 'shut') return first;
      items = first;
    }
    for (let count = 0; ;) {
      count += items.length;
      const given = items;
      if (!this.whileReading(() => use(given)) || count >= max) return count;
      try {
        items = this.#tryGetMany(Math.min(max - count, together));
      } catch (error) {
        // These items were taken. The next call finds the same contradiction and throws.
        if (error instanceof CorruptSegmentError) return count;
        throw error;
      }
      if (items.length === 0) return count;
    }
  }

  /**
   * Takes the oldest item, waiting for one.
   *
   * @returns 'shut' if there is none and the ring is shut
   */
  *getting(): Coroutine<RingItem | 'shut'> {
    const items = yield* this.#taking(1);
    return items === 'shut' ? items : items[0]!;
  }

  /** Waits until there is an item, or the ring is shut, and takes nothing. Other consumers may take the item first. */
  polling(): Coroutine<'there' | 'shut'> {
    return this.#awaitingItem();
  }

  *#taking(max: number): Coroutine<RingItem[] | 'shut'> {
    for (;;) {
      if ((yield* this.#awaitingItem()) === 'shut') return 'shut';
      yield* this.#core.enteringConsumers();
      const dirty = this.#core.isDirty;
      let items: RingItem[] = [];
      try {
        if (!dirty) items = this.#getMany(max);
      } finally {
        this.#core.consumers.unlock();
      }
      if (items.length > 0) {
        this.#afterGet(items.length);
        return items;
      }
      if (dirty) yield* this.#counting();
    }
  }

  /** Takes up to `max` items. None if there are none, or another consumer holds the mutex. */
  #tryGetMany(max: number): RingItem[] {
    const { consumers } = this.#core;
    if (!consumers.tryLock()) return [];
    let items: RingItem[] = [];
    try {
      if (!this.#core.isDirty) items = this.#getMany(max);
    } finally {
      consumers.unlock();
    }
    if (items.length > 0) this.#afterGet(items.length);
    return items;
  }

  *#awaitingItem(): Coroutine<'there' | 'shut'> {
    let spun = false;
    let request: WaitRequest | undefined;
    for (;;) {
      const shut = this.#core.isShut;
      if (!this.#core.isEmpty) return 'there';
      if (shut) {
        this.#core.room.shrinkIfForgotten();
        return 'shut';
      }
      if (!spun) {
        spun = true;
        yield this.#core.spin(TAIL, Atomics.load(this.#words, HEAD));
      } else if (request === undefined) {
        this.#core.room.shrinkIfForgotten();
        request = yield* this.#core.announcing(this.#core.items); // and look once more
      } else {
        yield request;
        request = undefined;
      }
    }
  }

  /**
   * Waits until all present items have been taken, by any thread, or thrown away. A waiter is woken when the ring is empty; if
   * more items are put all the time, it notices by its re-check.
   */
  *emptying(): Coroutine<true> {
    const tail = Atomics.load(this.#words, TAIL);
    let request: WaitRequest | undefined;
    while (((Atomics.load(this.#words, HEAD) - tail) | 0) < 0) {
      if (request === undefined) {
        request = this.#core.emptied.announce(); // and look once more
      } else {
        yield request;
        request = undefined;
      }
    }
    return true;
  }

  /**
   * Spins until there is an item, for `micros` microseconds at most and no longer than the parker spins. Takes nothing.
   * Yields the processor meanwhile. It does not announce itself, so no thread has to wake it.
   *
   * @returns whether there is an item
   */
  glance(parker: Parker, micros: number): boolean {
    const head = Atomics.load(this.#words, HEAD);
    if (Atomics.load(this.#words, TAIL) !== head) return true;
    parker.pause(this.#core.spin(TAIL, head), micros / 1000);
    return !this.#core.isEmpty;
  }

  #get(): RingItem | undefined {
    const { memory } = this.#core;
    const start = memory.next(this.#words[HEAD]!);
    if (start === undefined) return undefined;
    const length = memory.lengthAt(start);
    const item = memory.read(start, length);
    this.#core.take((start + recordBytes(length)) | 0, 1);
    return item;
  }

  #getMany(max: number): RingItem[] {
    const { memory } = this.#core;
    const starts: number[] = [];
    const lengths: number[] = [];
    const head = this.#words[HEAD]!;
    let end = head;
    while (starts.length < max) {
      const start = memory.next(end);
      if (start === undefined) break;
      const length = memory.lengthAt(start);
      const behind = (start + recordBytes(length)) | 0;
      if (starts.length > 0 && ((behind - head) | 0) > SCRATCH_BYTES) break;
      starts.push(start);
      lengths.push(length);
      end = behind;
    }
    if (starts.length === 0) return [];
    const items =
      starts.length === 1 ? [memory.read(starts[0]!, lengths[0]!)] : memory.readAll(head, end, starts, lengths);
    this.#core.take(end, starts.length);
    return items;
  }

  #afterGet(count: number): void {
    this.#core.space.notify(count);
    if (this.#core.isEmpty) this.#core.emptied.notifyAll();
    this.#core.room.shrinkIfEmpty();
  }

  /** Counts the items for a consumer, which has released its mutex to take both in their order. */
  *#counting(): Coroutine<void> {
    yield* this.#core.enteringProducers();
    let counted: boolean;
    try {
      counted = this.#core.countIfDirty();
    } finally {
      this.#core.producers.unlock();
    }
    if (!counted) yield* this.#core.awaitingConsumers();
  }
}
