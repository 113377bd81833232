import { CorruptSegmentError, OutOfMemoryError } from './errors.js';
import { EventCount } from './event-count.js';
import { OwnerMutex } from './owner-mutex.js';
import type { Pause } from './parker.js';
import {
  CAPACITY,
  CONSUMERS,
  DIRTY,
  GETS,
  HEAD,
  ITEMS,
  MOST_BYTES,
  MOST_ITEMS,
  PRODUCERS,
  PUTS,
  RING_DATA_OFFSET,
  RING_FIRST_BYTES,
  SHUT,
  SPACE,
  TAIL,
  recordBytes,
} from './ring-layout.js';
import { RingMemory } from './ring-memory.js';
import type { RingItem } from './ring-memory.js';
import type { Segment } from './segment.js';
import type { Waiting } from './wait-sync.js';

/** What became of an item: put, no room now, nothing may be put any more, or somebody is in the way for a moment. */
export type PutOutcome = 'put' | 'full' | 'shut' | 'busy';

/** What a new ring is made with. */
export interface RingLimits {
  /** The most bytes it may grow to: a power of two from 16 KiB to 1 GiB. */
  readonly mostBytes: number;
  /** The most items at a time; 0 for as many as there is room for. */
  readonly mostItems: number;
}

/** A ring that has grown beyond this is made small again when it is empty. So much stays in a processor's cache. */
const KEPT_BYTES = 2 ** 21;

/**
 * A first-in, first-out queue of byte strings in shared memory, for any number of producers and consumers.
 *
 * A producer killed at any moment has put its item or has not; a consumer killed has taken it or has not; neither keeps
 * anybody waiting. See ring-layout.ts for the words and the reasons. Not fair among producers, nor among consumers.
 */
export class ByteRing {
  /** The most items at a time; 0 for as many as there is room for. */
  readonly mostItems: number;
  readonly #words: Int32Array;
  readonly #memory: RingMemory;
  readonly #producers: OwnerMutex;
  readonly #consumers: OwnerMutex;
  readonly #items: EventCount;
  readonly #space: EventCount;

  /** Attaches to the ring that lies at the start of `segment`. Writes nothing. */
  constructor(segment: Segment) {
    const { thread, words } = segment;
    if (words.length <= DIRTY) throw new CorruptSegmentError(`${segment.reference} is too short for a ring`);
    this.#words = words;
    this.#memory = new RingMemory(segment);
    this.mostItems = Atomics.load(words, MOST_ITEMS);
    if (this.mostItems < 0)
      throw new CorruptSegmentError(`The ring of ${segment.reference} is for ${this.mostItems} items`);
    this.#producers = new OwnerMutex(words, PRODUCERS, thread);
    this.#consumers = new OwnerMutex(words, CONSUMERS, thread);
    this.#items = new EventCount(words, ITEMS, thread.parker);
    this.#space = new EventCount(words, SPACE, thread.parker);
  }

  /** Bytes of a segment that holds a ring, and how many of them to reserve at first. */
  static plan(limits: RingLimits): { byteLength: number; reserved: number } {
    return { byteLength: RING_DATA_OFFSET + limits.mostBytes, reserved: RING_DATA_OFFSET + RING_FIRST_BYTES };
  }

  /** Writes an empty ring into a new segment. */
  static initialise(segment: Segment, limits: RingLimits): void {
    segment.words[CAPACITY] = RING_FIRST_BYTES;
    segment.words[MOST_BYTES] = limits.mostBytes;
    segment.words[MOST_ITEMS] = limits.mostItems;
  }

  /** The most bytes that it grows to. */
  get mostBytes(): number {
    return this.#memory.mostBytes;
  }

  /** Items put and not taken yet, at some moment during the call. */
  get size(): number {
    if (this.isEmpty) return 0; // whatever a thread that died between two stores has left in the counts
    const gets = Atomics.load(this.#words, GETS);
    return Math.max(0, (Atomics.load(this.#words, PUTS) - gets) | 0);
  }

  /** Whether nothing may be put any more. */
  get isShut(): boolean {
    return Atomics.load(this.#words, SHUT) !== 0;
  }

  /** Whether there is nothing to take. Once {@link isShut} was true before, an answer of true is final. */
  get isEmpty(): boolean {
    const head = Atomics.load(this.#words, HEAD);
    return Atomics.load(this.#words, TAIL) === head;
  }

  /**
   * Refuses an item that would never fit.
   *
   * @throws {OutOfMemoryError} If it is larger than half of the most bytes: padding may take the other half.
   */
  checkFits(byteLength: number): void {
    const most = this.mostBytes / 2;
    if (recordBytes(byteLength) <= most) return;
    throw new OutOfMemoryError(
      `An item of ${byteLength} bytes never fits: with ${this.mostBytes} bytes of memory the largest has ${most - 8}`,
    );
  }

  /** Puts the item if that can be done at once. Never waits. */
  tryPut(item: Uint8Array): PutOutcome {
    if (!this.#producers.tryLock()) return 'busy';
    let outcome: PutOutcome = 'busy';
    try {
      if (this.#words[DIRTY] === 0) outcome = this.#put(item);
    } finally {
      this.#producers.unlock();
    }
    if (outcome === 'put') this.#items.notify(1);
    return outcome;
  }

  /**
   * Puts the item, growing the ring where it may and waiting for room where it may not.
   *
   * @throws {OutOfMemoryError} If it would not fit into an empty ring, or the system has no memory to grow.
   */
  *putting(item: Uint8Array): Waiting<'put' | 'shut'> {
    this.checkFits(item.byteLength);
    let spun = false;
    let pause: Pause | undefined;
    for (;;) {
      if (yield* this.#producers.entering()) this.#words[DIRTY] = 1;
      let outcome: PutOutcome;
      try {
        outcome = this.#countIfDirty() ? this.#put(item) : 'busy';
        if (outcome === 'full' && this.#mayGrow()) outcome = this.#growThenPut(item);
      } finally {
        this.#producers.unlock();
      }
      if (outcome === 'put') this.#items.notify(1);
      if (outcome === 'put' || outcome === 'shut') return outcome;
      if (outcome === 'busy') {
        yield* this.#awaitConsumers();
      } else if (!spun) {
        spun = true;
        yield this.#spin(HEAD, HEAD);
      } else if (pause === undefined) {
        pause = this.#space.announce(); // and look once more
        this.#reclaimFromDeadConsumer();
      } else {
        yield pause;
        pause = undefined;
      }
    }
  }

  /**
   * Puts as many of the items as there is room for, from the one numbered `from` on, with one store.
   *
   * @returns how many, or 'shut'. 0 means that there was no room or that somebody was in the way. Never waits.
   */
  tryPutMany(items: readonly Uint8Array[], from: number): number | 'shut' {
    if (!this.#producers.tryLock()) return 0;
    let count = 0;
    try {
      if (this.#words[DIRTY] !== 0) return 0;
      if (this.#words[SHUT] !== 0) return 'shut';
      let tail = this.#words[TAIL]!;
      for (const item of items.slice(from)) {
        const end = this.#hasMostItems(count) ? tail : this.#memory.append(tail, item);
        if (end === tail) break;
        tail = end;
        count++;
      }
      if (count > 0) this.#publish(tail, count);
    } finally {
      this.#producers.unlock();
    }
    if (count > 0) this.#items.notify(count);
    return count;
  }

  /**
   * Takes the oldest item if that can be done at once. Never waits.
   *
   * @returns undefined if there is none, or somebody is in the way
   */
  tryGet(): RingItem | undefined {
    if (!this.#consumers.tryLock()) return undefined;
    let item: RingItem | undefined;
    try {
      if (this.#words[DIRTY] === 0) item = this.#get();
    } finally {
      this.#consumers.unlock();
    }
    if (item !== undefined) this.#afterGet(1);
    return item;
  }

  /**
   * Takes the oldest item, waiting for one.
   *
   * @returns 'shut' if there is none and nothing may be put any more
   */
  *getting(): Waiting<RingItem | 'shut'> {
    for (;;) {
      if ((yield* this.awaitingItem()) === 'shut') return 'shut';
      if (yield* this.#consumers.entering()) this.#words[DIRTY] = 1;
      const dirty = this.#words[DIRTY] !== 0;
      let item: RingItem | undefined;
      try {
        if (!dirty) item = this.#get();
      } finally {
        this.#consumers.unlock();
      }
      if (item !== undefined) {
        this.#afterGet(1);
        return item;
      }
      if (dirty) yield* this.#counting();
    }
  }

  /** Takes up to `count` items that are there, with one store. Each has memory of its own. Never waits. */
  tryGetMany(count: number): RingItem[] {
    const items: RingItem[] = [];
    if (!this.#consumers.tryLock()) return items;
    try {
      if (this.#words[DIRTY] !== 0) return items;
      let head = this.#words[HEAD]!;
      while (items.length < count) {
        const start = this.#memory.next(head);
        if (start === undefined) break;
        const length = this.#memory.lengthAt(start);
        items.push(this.#memory.readOwned(start, length));
        head = (start + recordBytes(length)) | 0;
      }
      if (items.length > 0) this.#take(head, items.length);
    } finally {
      this.#consumers.unlock();
    }
    if (items.length > 0) this.#afterGet(items.length);
    return items;
  }

  /** Waits until there is something to take, or never will be. Takes nothing. */
  *awaitingItem(): Waiting<'there' | 'shut'> {
    let spun = false;
    let pause: Pause | undefined;
    for (;;) {
      const shut = this.isShut;
      if (!this.isEmpty) return 'there';
      if (shut) return 'shut';
      if (!spun) {
        spun = true;
        yield this.#spin(TAIL, HEAD);
      } else if (pause === undefined) {
        pause = this.#items.announce(); // and look once more
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
    if (yield* this.#producers.entering()) this.#words[DIRTY] = 1;
    Atomics.store(this.#words, SHUT, 1);
    this.#producers.unlock();
    let discarded = 0;
    if (discard) {
      if (yield* this.#consumers.entering()) this.#words[DIRTY] = 1;
      discarded = this.size;
      this.#take(Atomics.load(this.#words, TAIL), discarded);
      this.#consumers.unlock();
    }
    this.#items.notifyAll();
    this.#space.notifyAll();
    return discarded;
  }

  // Under PRODUCERS.

  #put(item: Uint8Array): 'put' | 'full' | 'shut' {
    if (this.#words[SHUT] !== 0) return 'shut';
    if (this.#hasMostItems(0)) return 'full';
    const tail = this.#words[TAIL]!;
    const end = this.#memory.append(tail, item);
    if (end === tail) return 'full';
    this.#publish(end, 1);
    return 'put';
  }

  #publish(tail: number, count: number): void {
    Atomics.store(this.#words, PUTS, (this.#words[PUTS]! + count) | 0);
    Atomics.store(this.#words, TAIL, tail);
  }

  #hasMostItems(more: number): boolean {
    if (this.mostItems === 0) return false;
    const puts = (this.#words[PUTS]! + more) | 0;
    return ((puts - Atomics.load(this.#words, GETS)) | 0) >= this.mostItems;
  }

  #mayGrow(): boolean {
    return !this.#hasMostItems(0) && this.#memory.capacity < this.mostBytes;
  }

  #growThenPut(item: Uint8Array): PutOutcome {
    if (!this.#enterConsumers()) return 'busy';
    try {
      this.#memory.grow(item.byteLength);
    } finally {
      this.#consumers.unlock();
    }
    return this.#put(item);
  }

  /** Whether PUTS - GETS can be relied on; sees to it unless a consumer is in the way. */
  #countIfDirty(): boolean {
    if (this.#words[DIRTY] === 0) return true;
    if (!this.#enterConsumers()) return false;
    try {
      this.#count();
    } finally {
      this.#consumers.unlock();
    }
    this.#items.notifyAll(); // the dead may have owed a wake
    this.#space.notifyAll();
    return true;
  }

  // Under CONSUMERS.

  #get(): RingItem | undefined {
    const start = this.#memory.next(this.#words[HEAD]!);
    if (start === undefined) return undefined;
    const length = this.#memory.lengthAt(start);
    const item = this.#memory.read(start, length);
    this.#take((start + recordBytes(length)) | 0, 1);
    return item;
  }

  #take(head: number, count: number): void {
    Atomics.store(this.#words, HEAD, head);
    Atomics.store(this.#words, GETS, (this.#words[GETS]! + count) | 0);
  }

  // Under both.

  /** Sets PUTS to what GETS and the items between HEAD and TAIL make it. */
  #count(): void {
    let items = 0;
    let head = Atomics.load(this.#words, HEAD);
    for (;;) {
      const start = this.#memory.next(head);
      if (start === undefined) break;
      head = (start + recordBytes(this.#memory.lengthAt(start))) | 0;
      items++;
    }
    Atomics.store(this.#words, PUTS, (Atomics.load(this.#words, GETS) + items) | 0);
    Atomics.store(this.#words, DIRTY, 0);
  }

  // Under none.

  #afterGet(count: number): void {
    this.#space.notify(count);
    if (this.#words[CAPACITY]! > KEPT_BYTES && this.isEmpty) this.#shrink();
  }

  #shrink(): void {
    if (!this.#producers.tryLock()) return;
    try {
      if (!this.#enterConsumers()) return;
      try {
        if (this.isEmpty && this.#memory.capacity > KEPT_BYTES) this.#memory.shrink(KEPT_BYTES);
      } finally {
        this.#consumers.unlock();
      }
    } finally {
      this.#producers.unlock();
    }
  }

  /** Counts the items on behalf of a consumer, which has let go of its mutex to take both in their order. */
  *#counting(): Waiting<void> {
    if (yield* this.#producers.entering()) this.#words[DIRTY] = 1;
    let counted = false;
    try {
      counted = this.#countIfDirty();
    } finally {
      this.#producers.unlock();
    }
    if (!counted) yield* this.#awaitConsumers();
  }

  /** Takes CONSUMERS at once or not at all; also from the dead, which makes the ring dirty. */
  #enterConsumers(): boolean {
    if (this.#consumers.tryLock()) return true;
    if (!this.#consumers.tryTakeOver()) return false;
    this.#words[DIRTY] = 1;
    return true;
  }

  /** A consumer that died holding its mutex may have taken an item and not said so: that room is free. */
  #reclaimFromDeadConsumer(): void {
    if (!this.#consumers.tryTakeOver()) return;
    this.#words[DIRTY] = 1;
    this.#consumers.unlock();
  }

  /** Waits until whoever holds CONSUMERS has let go, holding nothing meanwhile. */
  *#awaitConsumers(): Waiting<void> {
    if (yield* this.#consumers.entering()) this.#words[DIRTY] = 1;
    this.#consumers.unlock();
  }

  /** A short wait for `index` to leave the value that `asWhenEmpty` has now. */
  #spin(index: number, asWhenEmpty: number): Pause {
    const expected = Atomics.load(this.#words, asWhenEmpty);
    return { kind: 'spin', words: this.#words, index, expected, owner: 0, brief: false };
  }
}
