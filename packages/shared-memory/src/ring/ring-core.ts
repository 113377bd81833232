import { CorruptSegmentError } from '../base/errors.js';
import { EventCount } from '../wait/event-count.js';
import { OwnerMutex } from '../wait/owner-mutex.js';
import { RingAppender } from './ring-appender.js';
import { RingDefinitions } from './ring-definitions.js';
import { spin } from '../wait/parker.js';
import type { Parker, WaitDetails, WaitRequest } from '../wait/parker.js';
import {
  CONSUMERS,
  DIRTY,
  EMPTIED,
  GETS,
  HEAD,
  ITEMS,
  MAX_ITEMS,
  PRODUCERS,
  PUTS,
  recordBytes,
  SHUT,
  SPACE,
  TAIL,
} from './ring-layout.js';
import { RingMemory } from './ring-memory.js';
import { RingRoom } from './ring-room.js';
import type { MemoryRange } from '../segment/segment-part.js';
import type { Coroutine } from '../wait/wait-sync.js';

/**
 * Counters of a ring. The first four cover all threads since the ring was made, modulo 2^32. Bytes include the headers and
 * padding of items.
 */
export interface RingCounters {
  readonly itemsPut: number;
  readonly itemsTaken: number;
  readonly bytesPut: number;
  readonly bytesTaken: number;
  /** How often a caller of this object was about to sleep. */
  readonly waits: number;
  /** How often a caller of this object has woken others. */
  readonly wakes: number;
}

/**
 * Names the thread whose death must also wake a caller that is about to sleep for an item or for room; 0 for none. The
 * caller has announced itself by then. May shut the ring. Call {@link ByteRing.wakeAll} after changing the answer.
 */
export type RingGuard = () => Coroutine<number>;

/** What the two sides of a ring share: its words, its mutexes, and what needs both mutexes. */
export class RingCore {
  readonly words: Int32Array;
  readonly memory: RingMemory;
  readonly parker: Parker;
  readonly producers: OwnerMutex;
  readonly consumers: OwnerMutex;
  /** "There may be something to take." */
  readonly items: EventCount;
  /** "There may be room." */
  readonly space: EventCount;
  /** "There may be nothing left." */
  readonly emptied: EventCount;
  /** @internal */
  readonly appender: RingAppender;
  readonly definitions: RingDefinitions;
  /** How many items it may hold; 0 for no limit. */
  readonly maxItems: number;
  /** @internal Its memory, which grows and shrinks. */
  readonly room: RingRoom;
  readonly #guard: RingGuard | undefined;

  /** Attaches to the ring that lies at the start of `memory`. Writes nothing. */
  constructor(memory: MemoryRange, guard: RingGuard | undefined) {
    const { reference, thread, words } = memory;
    if (words.length <= EMPTIED) throw new CorruptSegmentError(`${reference} is too short for a ring`);
    this.words = words;
    this.parker = thread.parker;
    this.#guard = guard;
    this.memory = new RingMemory(memory);
    this.appender = new RingAppender(words, this.memory);
    this.maxItems = Atomics.load(words, MAX_ITEMS);
    if (this.maxItems < 0)
      throw new CorruptSegmentError(`The ring of ${reference} has a limit of ${this.maxItems} items`);
    this.producers = new OwnerMutex(words, PRODUCERS, thread);
    this.definitions = new RingDefinitions(words, this.producers);
    this.consumers = new OwnerMutex(words, CONSUMERS, thread);
    this.room = new RingRoom(this);
    this.items = new EventCount(words, ITEMS, thread.parker);
    this.space = new EventCount(words, SPACE, thread.parker);
    this.emptied = new EventCount(words, EMPTIED, thread.parker);
  }

  get isShut(): boolean {
    return Atomics.load(this.words, SHUT) !== 0;
  }

  get isEmpty(): boolean {
    const head = Atomics.load(this.words, HEAD);
    return Atomics.load(this.words, TAIL) === head;
  }

  get puts(): number {
    this.#recountAfterDeath();
    return Atomics.load(this.words, PUTS);
  }

  get size(): number {
    if (this.isEmpty) return 0;
    this.#recountAfterDeath();
    const gets = Atomics.load(this.words, GETS);
    return Math.max(0, (Atomics.load(this.words, PUTS) - gets) | 0);
  }

  get counters(): RingCounters {
    const word = (index: number): number => Atomics.load(this.words, index) >>> 0;
    return {
      itemsPut: word(PUTS),
      itemsTaken: word(GETS),
      bytesPut: word(TAIL),
      bytesTaken: word(HEAD),
      waits: this.items.waits + this.space.waits,
      wakes: this.items.wakes + this.space.wakes,
    };
  }

  /** Whether PUTS - GETS may differ from the number of items. Under either mutex. */
  get isDirty(): boolean {
    return this.words[DIRTY] !== 0;
  }

  /** Call it when a mutex was taken over from a dead thread, which may have been between two stores. */
  markDirty(): void {
    this.words[DIRTY] = 1;
  }

  /** Announces a sleeper on `count`. Look once more, then sleep on the result, which also ends with the guard's thread. */
  *announcing(count: EventCount): Coroutine<WaitRequest> {
    const request = count.announce();
    return this.#guard === undefined ? request : { ...request, owner: yield* this.#guard() };
  }

  /** Waits for the lock of those that put, and takes it. */
  *enteringProducers(): Coroutine<void> {
    if (yield* this.producers.entering()) this.markDirty();
  }

  /** Waits for the lock of those that take, and takes it. */
  *enteringConsumers(): Coroutine<void> {
    if (yield* this.consumers.entering()) this.markDirty();
  }

  /** Takes PRODUCERS if that needs no wait, also from a dead thread. */
  tryEnterProducers(): boolean {
    return this.#tryEnter(this.producers);
  }

  /** Takes CONSUMERS likewise. */
  tryEnterConsumers(): boolean {
    return this.#tryEnter(this.consumers);
  }

  #tryEnter(mutex: OwnerMutex): boolean {
    if (mutex.tryLock()) return true;
    if (!mutex.tryTakeOver()) return false;
    this.markDirty();
    return true;
  }

  /** Waits until CONSUMERS is free, holding nothing meanwhile. */
  *awaitingConsumers(): Coroutine<void> {
    yield* this.enteringConsumers();
    this.consumers.unlock();
  }

  /** Takes `count` items, up to `head`. Under CONSUMERS. */
  take(head: number, count: number): void {
    Atomics.store(this.words, HEAD, head);
    this.words[GETS] = (this.words[GETS]! + count) | 0;
  }

  /** Throws away all items, as if they had never been put. Returns false if a consumer holds its mutex. Under PRODUCERS. */
  tryDiscard(): boolean {
    if (!this.tryEnterConsumers()) return false;
    Atomics.store(this.words, HEAD, Atomics.load(this.words, TAIL));
    Atomics.store(this.words, PUTS, Atomics.load(this.words, GETS)); // as #count() would, if this thread died here
    this.consumers.unlock();
    return true;
  }

  /** Recounts the items if needed. Returns false if a consumer holds its mutex. Under PRODUCERS. */
  countIfDirty(): boolean {
    if (!this.isDirty) return true;
    if (!this.tryEnterConsumers()) return false;
    try {
      this.memory.trim();
      this.#count();
    } finally {
      this.consumers.unlock();
    }
    this.items.notifyAll(); // the dead thread may have owed a wake
    this.space.notifyAll();
    return true;
  }

  /** Recounts the items if a thread died holding a mutex, unless another thread holds one now. Under no mutex. */
  #recountAfterDeath(): void {
    for (const mutex of [this.producers, this.consumers]) {
      if (!mutex.tryTakeOver()) continue;
      this.markDirty();
      mutex.unlock();
    }
    if (!this.isDirty || !this.producers.tryLock()) return;
    try {
      this.countIfDirty();
    } finally {
      this.producers.unlock();
    }
  }

  /** Sets PUTS to GETS plus the number of items between HEAD and TAIL. Under both mutexes. */
  #count(): void {
    let items = 0;
    let head = Atomics.load(this.words, HEAD);
    for (;;) {
      const start = this.memory.next(head);
      if (start === undefined) break;
      head = (start + recordBytes(this.memory.lengthAt(start))) | 0;
      items++;
    }
    Atomics.store(this.words, PUTS, (Atomics.load(this.words, GETS) + items) | 0);
    Atomics.store(this.words, DIRTY, 0);
  }

  /** A short wait for a word of the ring to leave a value. */
  spin(index: number, expected: number, details?: WaitDetails): WaitRequest {
    return spin(this.words, index, expected, details);
  }
}
