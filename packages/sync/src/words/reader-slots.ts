import { OutOfMemoryError, spin } from '@multiprocess/shared-memory';
import type { Peek, Thread, WaitRequest } from '@multiprocess/shared-memory';

// Words, from `index` on:
//   HIGH    how many slots were ever in use; only grows. A thread raises it before it writes the first word of a new slot
//   slots of two words, each of one thread:
//     HOLDER  0: free. id: the thread with that owner id reads. id | WAITS: it waits for its turn to read
//     SHARES  how often its thread has taken it: 1 or more while it reads, 0 until it has noticed that its turn has come.
//             Written and looked at by that thread only, but to count
// A slot is taken by a compare-exchange of HOLDER and freed by a store of 0, both by its thread, which also begins a wait in it.
// Its turn comes by a compare-exchange that clears WAITS, by any thread that has the mutex of shared-mutex.ts. So a crash leaves
// it as it was before or after that, and SHARES means nothing once its thread is dead: a slot of a dead thread is free.
const HIGH = 0;
const FIRST = 1;
const HOLDER = 0;
const SHARES = 1;
const SLOT = 2;
const FREE = 0;
const WAITS = 0x80000000 | 0;
const OWNER = 0x7fffffff;

/** Slots: the most threads that read or wait to read at the same time. With the words before them they fill a page. */
export const MAX_READERS = 480;

/** The threads that read, and those that wait for their turn to. */
export class ReaderSlots {
  static readonly WORDS = FIRST + MAX_READERS * SLOT;
  readonly #words: Int32Array;
  readonly #index: number;
  readonly #first: number;
  readonly #thread: Thread;
  /** Where this object took a slot last: a good place to look first. */
  #near = 0;

  constructor(words: Int32Array, index: number, thread: Thread) {
    this.#words = words;
    this.#index = index + HIGH;
    this.#first = index + FIRST;
    this.#thread = thread;
  }

  /** Owner ids of the threads that read, dead or alive, read from outside. */
  static look(peek: Peek, index: number): number[] {
    const high = inRange(peek(index + HIGH, 1)[0]!);
    const words = peek(index + FIRST, high * SLOT);
    return [...words].filter((word, i) => i % SLOT === HOLDER && word > 0);
  }

  /** How many shares living threads have. */
  get shares(): number {
    let shares = 0;
    for (let slot = 0; slot < this.#high; slot++) {
      const holder = this.#holder(slot);
      if (holder > 0 && !this.#thread.isDead(holder)) shares += Math.max(1, this.#load(this.#at(slot) + SHARES));
    }
    return shares;
  }

  /**
   * Takes a slot for this thread, which reads from now on unless there is a writer.
   *
   * @throws {OutOfMemoryError} If all slots are in use.
   */
  take(): number {
    const slot = this.#near;
    if (this.#reads(slot)) {
      this.#share(slot, 1);
      return slot;
    }
    return this.#claim(this.#thread.self, 1);
  }

  /** Takes a slot for this thread, which waits for its turn. @throws {OutOfMemoryError} If all slots are in use. */
  await(): number {
    return this.#claim(this.#thread.self | WAITS, 0);
  }

  /** Takes a slot of this thread once more, if it reads. Whether there is a writer makes no difference then. */
  tryShare(): boolean {
    const slot = this.own;
    if (slot !== undefined) this.#share(slot, 1);
    return slot !== undefined;
  }

  /** Reads in that slot if the turn of this thread, which waits in it, has come. */
  enter(slot: number): boolean {
    if (this.#holder(slot) !== this.#thread.self) return false;
    this.#share(slot, 1);
    return true;
  }

  /** A short wait for that. */
  spinning(slot: number): WaitRequest {
    return spin(this.#words, this.#at(slot), this.#thread.self | WAITS);
  }

  /** Lets all threads read that wait for it. Only for the thread that has the mutex. */
  admitAll(): void {
    for (let slot = 0; slot < this.#high; slot++) {
      const holder = this.#holder(slot);
      if (holder < 0) Atomics.compareExchange(this.#words, this.#at(slot), holder, holder & OWNER);
    }
  }

  /** A slot of this thread in which it reads; undefined if it does not. */
  get own(): number | undefined {
    if (this.#reads(this.#near)) return this.#near;
    const high = this.#high;
    for (let slot = 0; slot < high; slot++) if (this.#reads(slot)) return slot;
    return undefined;
  }

  /** Gives back what was taken once. @returns whether the slot is free now */
  giveBack(slot: number): boolean {
    if (this.#load(this.#at(slot) + SHARES) > 1) {
      this.#share(slot, -1);
      return false;
    }
    this.free(slot);
    return true;
  }

  /** Frees a slot of this thread. */
  free(slot: number): void {
    Atomics.store(this.#words, this.#at(slot), FREE);
  }

  /**
   * A wait for a living thread that reads to let go, another one at each look; undefined if none reads. Frees the slots of dead
   * threads.
   */
  reader(looks: number): WaitRequest | undefined {
    const high = this.#high;
    for (let step = 0; step < high; step++) {
      const slot = (step + looks) % high;
      const holder = this.#holder(slot);
      if (holder === FREE || holder < 0) continue;
      if (!this.#thread.isDead(holder)) return spin(this.#words, this.#at(slot), holder, { owner: holder });
      Atomics.compareExchange(this.#words, this.#at(slot), holder, FREE);
    }
    return undefined;
  }

  /** Whether this thread reads in that slot, and knows it. */
  #reads(slot: number): boolean {
    return this.#holder(slot) === this.#thread.self && this.#load(this.#at(slot) + SHARES) > 0;
  }

  #claim(word: number, shares: number): number {
    for (let step = 0; step < MAX_READERS; step++) {
      const slot = step <= this.#near ? this.#near - step : step; // downwards first, so that few are ever in use
      const seen = this.#holder(slot);
      if (seen !== FREE && !this.#thread.isDead(seen & OWNER)) continue;
      this.#raise(slot + 1);
      if (Atomics.compareExchange(this.#words, this.#at(slot), seen, word) !== seen) continue;
      Atomics.store(this.#words, this.#at(slot) + SHARES, shares);
      this.#near = slot;
      return slot;
    }
    throw new OutOfMemoryError(`${MAX_READERS} threads read, or wait to read, already`);
  }

  /** Before a thread that does not see the slot can become a writer. */
  #raise(high: number): void {
    for (;;) {
      const seen = this.#load(this.#index);
      if (seen >= high || Atomics.compareExchange(this.#words, this.#index, seen, high) === seen) return;
    }
  }

  #share(slot: number, more: number): void {
    const index = this.#at(slot) + SHARES;
    Atomics.store(this.#words, index, (this.#load(index) + more) | 0);
  }

  get #high(): number {
    return inRange(this.#load(this.#index));
  }

  #holder(slot: number): number {
    return this.#load(this.#at(slot));
  }

  #at(slot: number): number {
    return this.#first + slot * SLOT;
  }

  #load(index: number): number {
    return Atomics.load(this.#words, index);
  }
}

function inRange(high: number): number {
  return Math.min(Math.max(0, high), MAX_READERS);
}
