import { spin } from '@multiprocess/shared-memory';
import type { Peek, Thread, WaitRequest } from '@multiprocess/shared-memory';
import { OwnedSlots } from './owned-slots.js';

// Owned slots (see owned-slots.ts), each of one thread:
//   HOLDER  id: the thread with that owner id reads. id | WAITS: it waits for its turn to read
//   SECOND  its shares, how often it has taken the slot: 1 or more while it reads, 0 until it has noticed that its turn has come.
//           Written and looked at by that thread only, but to count
// A slot is freed by its thread, by a store of 0. Its turn comes by a compare-exchange that clears WAITS, by any thread that has the
// mutex of shared-mutex.ts. So a crash leaves it as it was before or after that, and a slot of a dead thread is as good as free.
const FREE = 0;
const WAITS = 0x80000000 | 0;
const OWNER = 0x7fffffff;

/** Slots: the most threads that read or wait to read at the same time. With the words before them they fill a page. */
export const MAX_READERS = 480;

/** The threads that read, and those that wait for their turn to. */
export class ReaderSlots extends OwnedSlots {
  static readonly WORDS = OwnedSlots.wordsFor(MAX_READERS);

  constructor(words: Int32Array, index: number, thread: Thread) {
    super(words, index, MAX_READERS, thread);
  }

  /** Owner ids of the threads that read, dead or alive, read from outside. */
  static look(peek: Peek, index: number): number[] {
    const high = Math.min(Math.max(0, peek(index, 1)[0]!), MAX_READERS);
    const words = peek(index + OwnedSlots.wordsFor(0), OwnedSlots.wordsFor(high) - OwnedSlots.wordsFor(0));
    return [...words].filter((word, i) => i % 2 === 0 && word > 0);
  }

  /** How many shares living threads have. */
  get shares(): number {
    let shares = 0;
    for (let slot = 0; slot < this.high; slot++) {
      const holder = this.holder(slot);
      if (holder > 0 && !this.thread.isDead(holder)) shares += Math.max(1, this.second(slot));
    }
    return shares;
  }

  /**
   * Takes a slot for this thread, which reads from now on unless there is a writer.
   *
   * @throws {@link OutOfMemoryError} if all slots are in use.
   */
  take(): number {
    const slot = this.near;
    if (this.#reads(slot)) {
      this.#share(slot, 1);
      return slot;
    }
    return this.claim(this.thread.self, 1);
  }

  /** Takes a slot for this thread, which waits for its turn. @throws {@link OutOfMemoryError} if all slots are in use. */
  await(): number {
    return this.claim(this.thread.self | WAITS, 0);
  }

  /** Takes a slot of this thread once more, if it reads. Whether there is a writer makes no difference then. */
  tryShare(): boolean {
    const slot = this.own;
    if (slot !== undefined) this.#share(slot, 1);
    return slot !== undefined;
  }

  /** Reads in that slot if the turn of this thread, which waits in it, has come. */
  enter(slot: number): boolean {
    if (this.holder(slot) !== this.thread.self) return false;
    this.#share(slot, 1);
    return true;
  }

  /** A short wait for that. */
  spinning(slot: number): WaitRequest {
    return spin(this.words, this.at(slot), this.thread.self | WAITS);
  }

  /** Lets all threads read that wait for it. Only for the thread that has the mutex. */
  admitAll(): void {
    for (let slot = 0; slot < this.high; slot++) {
      const holder = this.holder(slot);
      if (holder < 0) Atomics.compareExchange(this.words, this.at(slot), holder, holder & OWNER);
    }
  }

  /** A slot of this thread in which it reads; undefined if it does not. */
  get own(): number | undefined {
    if (this.#reads(this.near)) return this.near;
    const high = this.high;
    for (let slot = 0; slot < high; slot++) if (this.#reads(slot)) return slot;
    return undefined;
  }

  /** Gives back what was taken once. @returns whether the slot is free now */
  giveBack(slot: number): boolean {
    if (this.second(slot) > 1) {
      this.#share(slot, -1);
      return false;
    }
    this.free(slot);
    return true;
  }

  /** Frees a slot of this thread. */
  free(slot: number): void {
    this.freeSlot(slot);
  }

  /**
   * A wait for a living thread that reads to let go, another one at each look; undefined if none reads. Frees the slots of dead
   * threads.
   */
  reader(looks: number): WaitRequest | undefined {
    const high = this.high;
    for (let step = 0; step < high; step++) {
      const slot = (step + looks) % high;
      const holder = this.holder(slot);
      if (holder === FREE || holder < 0) continue;
      if (!this.thread.isDead(holder)) return spin(this.words, this.at(slot), holder, { owner: holder });
      Atomics.compareExchange(this.words, this.at(slot), holder, FREE);
    }
    return undefined;
  }

  /** No other thread believes what the dead one has left in SECOND. */
  protected override mayTake(): boolean {
    return true;
  }

  /** Whether this thread reads in that slot, and knows it. */
  #reads(slot: number): boolean {
    return this.holder(slot) === this.thread.self && this.second(slot) > 0;
  }

  #share(slot: number, more: number): void {
    Atomics.store(this.words, this.secondAt(slot), (this.second(slot) + more) | 0);
  }
}
