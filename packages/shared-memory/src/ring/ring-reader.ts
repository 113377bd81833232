import { availableParallelism } from 'node:os';
import { CorruptSegmentError } from '../base/errors.js';
import type { Parker, WaitRequest } from '../wait/parker.js';
import type { RingCore } from './ring-core.js';
import { HEAD, TAIL, recordBytes } from './ring-layout.js';
import type { RingItem } from './ring-item.js';
import { SCRATCH_BYTES, scratch } from './ring-scratch.js';
import type { Coroutine } from '../wait/wait-sync.js';

/**
 * As many looks as take some microseconds: the time in which an answer comes, if it comes soon. A native call to look, and
 * the yields within, would take as long as the answer. With one processor nothing comes as long as this thread runs.
 */
const LOOKS = availableParallelism() > 1 ? 2000 : 0;

/**
 * What is done with items that were taken together, which are good during the call only.
 *
 * @returns whether it may be given more
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
   * Takes the oldest item if that can be done at once. Never waits.
   *
   * @returns undefined if there is none, or another thread is in the way
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
   * Like {@link tryGet}, but looks once more some microseconds later: blocking callers find most of what they wait for
   * here, without the cost of a wait.
   *
   * @param timeout milliseconds; with 0 it does not wait at all
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
   * Runs `use`, which reads items that are not its own: what is taken meanwhile, by hooks that it calls, does not
   * overwrite them.
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
   * Takes items, waiting for the first of them, and hands them to `use`: up to `together` at a time, or some KiB, with one
   * store and one copy, as long as there are more that can be taken at once, `use` returns true, and they are no more than
   * `most`. They are good during that call only.
   *
   * This is the only way to take many. A caller that looks whether there is something, and then takes only what it can
   * have at once, never sleeps while the thread that is in the way is dead or stopped.
   *
   * @returns how many; 'shut' if there is none and nothing may be put any more
   */
  *gettingMany(most: number, use: UseItems, together = most): Coroutine<number | 'shut'> {
    let items = this.#tryGetMany(together);
    if (items.length === 0) {
      const first = yield* this.#taking(together);
      if (first === 'shut') return first;
      items = first;
    }
    for (let count = 0; ;) {
      count += items.length;
      const given = items;
      if (!this.whileReading(() => use(given)) || count >= most) return count;
      try {
        items = this.#tryGetMany(Math.min(most - count, together));
      } catch (error) {
        // What was taken counts; the next call finds the same contradiction.
        if (error instanceof CorruptSegmentError) return count;
        throw error;
      }
      if (items.length === 0) return count;
    }
  }

  /**
   * Takes the oldest item, waiting for one.
   *
   * @returns 'shut' if there is none and nothing may be put any more
   */
  *getting(): Coroutine<RingItem | 'shut'> {
    const items = yield* this.#taking(1);
    return items === 'shut' ? items : items[0]!;
  }

  /** Waits until there is something to take, or never will be, and takes nothing. Others may take it first. */
  polling(): Coroutine<'there' | 'shut'> {
    return this.#awaitingItem();
  }

  *#taking(most: number): Coroutine<RingItem[] | 'shut'> {
    for (;;) {
      if ((yield* this.#awaitingItem()) === 'shut') return 'shut';
      yield* this.#core.enteringConsumers();
      const dirty = this.#core.isDirty;
      let items: RingItem[] = [];
      try {
        if (!dirty) items = this.#getMany(most);
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

  /** Takes items that are there, but no more than some. None if there is none, or another thread is in the way. */
  #tryGetMany(most: number): RingItem[] {
    const { consumers } = this.#core;
    if (!consumers.tryLock()) return [];
    let items: RingItem[] = [];
    try {
      if (!this.#core.isDirty) items = this.#getMany(most);
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
   * Waits until everything that is there now has been taken, by any thread, or thrown away. A waiter is woken when nothing is
   * left; where more is put all the time, it finds out by its re-check.
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
   * Blocks for at most so many microseconds (and 100) unless there is something to take, without having announced itself:
   * no thread has to wake it. Takes nothing. Yields the processor meanwhile, perhaps to the thread that it waits for.
   *
   * @returns whether there is something
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

  #getMany(most: number): RingItem[] {
    const { memory } = this.#core;
    const starts: number[] = [];
    const lengths: number[] = [];
    const head = this.#words[HEAD]!;
    let end = head;
    while (starts.length < most) {
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

  /** Counts the items on behalf of a consumer, which has let go of its mutex to take both in their order. */
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
