import { OutOfMemoryError, park, spin } from '@multiprocess/shared-memory';
import type { Coroutine, ObjectState, Peek, Thread } from '@multiprocess/shared-memory';

// Words, from `index` on:
//   HIGH     how many entries were ever in use
//   NEXT     the entry that the next notification begins with, so that all have their turn
//   entries of four words, one for each object with waiters:
//     OWNER    owner id of its thread; 0 while the entry is free
//     ENTERED  waits begun, less those that were given up
//     NOTIFIED waits ended by a notification; waiters park on this word
//     SERVED   notifications that a waiter has received
// ENTERED - NOTIFIED waits have no notification yet, NOTIFIED - SERVED have one and have not returned. All three wrap around.
//
// All words except SERVED are written under the lock of the condition, except to free an entry. Each change is one store, so a
// thread that takes the lock over from a dead one finds nothing half-done. Only the entry's owner writes SERVED. A killed waiter
// leaves an entry of a dead owner, which notifications skip and a later waiter takes. So a notification goes to living waiters,
// and no thread waits for their answer.
//
// Why no wake is lost: a waiter sleeps only while NOTIFIED is what it saw, and that it was equal to SERVED; notify()
// changes NOTIFIED before it wakes. If it is killed between the two, the waiter finds the change by its re-check, after 100 ms
// at most. A waiter that gives up takes the lock first, and then checks whether it was notified meanwhile.
const HIGH = 0;
const NEXT = 1;
const FIRST = 2;
const OWNER = 0;
const ENTERED = 1;
const NOTIFIED = 2;
const SERVED = 3;
const ENTRY = 4;

/** The waiters of a condition. Where a comment says "under the lock", the caller holds its lock. */
export class WaiterTable {
  static readonly ENTRY_WORDS = ENTRY;
  readonly #words: Int32Array;
  readonly #index: number;
  readonly #thread: Thread;
  readonly #makeRoom: (words: number) => void;
  /** Where this object's entry begins, while it has waiters. */
  #entry: number | undefined;
  #waiters = 0;

  /** @param makeRoom reserves memory for `words` words from `index` on, or throws */
  constructor(words: Int32Array, index: number, thread: Thread, makeRoom: (words: number) => void) {
    this.#words = words;
    this.#index = index;
    this.#thread = thread;
    this.#makeRoom = makeRoom;
  }

  /** Words for that many threads that wait at the same time. */
  static wordsFor(entries: number): number {
    return FIRST + entries * ENTRY;
  }

  /** Its state, read from outside. */
  static look(peek: Peek, index: number, entries: number): ObjectState {
    const high = Math.min(Math.max(0, peek(index + HIGH, 1)[0]!), entries);
    const words = peek(index + FIRST, high * ENTRY);
    let waits = 0;
    for (let entry = 0; entry < words.length; entry += ENTRY) {
      if (words[entry + OWNER] !== 0) waits += Math.max(0, (words[entry + ENTERED]! - words[entry + NOTIFIED]!) | 0);
    }
    return { state: waits === 1 ? '1 wait' : `${waits} waits` };
  }

  /** Begins a wait. Under the lock. @throws {@link OutOfMemoryError} if there is no room for another thread. */
  enter(): void {
    const entry = (this.#entry ??= this.#newEntry());
    this.#store(entry + ENTERED, this.#load(entry + ENTERED) + 1);
    this.#waiters++;
  }

  /** Waits for a notification. Without the lock. */
  *waiting(): Coroutine<true> {
    const entry = this.#entry!; // it exists during a wait
    let request = spin;
    for (;;) {
      const seen = this.#load(entry + NOTIFIED);
      if (seen !== this.#load(entry + SERVED)) {
        this.#serve(entry);
        return true;
      }
      yield request(this.#words, entry + NOTIFIED, seen);
      request = park;
    }
  }

  /** Gives a wait up. Under the lock. @returns whether it was notified nevertheless */
  leave(): boolean {
    const entry = this.#entry;
    if (entry === undefined) return false; // the object has been closed
    const entered = this.#load(entry + ENTERED);
    if (entered === this.#load(entry + NOTIFIED)) {
      this.#serve(entry);
      return true;
    }
    this.#store(entry + ENTERED, entered - 1);
    this.#left();
    return false;
  }

  /** Ends up to `n` of the waits that have begun, and wakes their threads. Under the lock. Never waits. */
  notify(n: number): void {
    const high = this.#high;
    const next = this.#load(this.#index + NEXT);
    for (let step = 0, left = n; step < high && left > 0; step++) {
      const i = (((next + step) % high) + high) % high;
      const entry = this.#entryAt(i);
      const notified = this.#load(entry + NOTIFIED);
      const count = Math.min(left, (this.#load(entry + ENTERED) - notified) | 0);
      const owner = this.#load(entry + OWNER);
      if (count <= 0 || owner === 0 || this.#thread.isDead(owner)) continue;
      this.#store(this.#index + NEXT, i + 1);
      this.#store(entry + NOTIFIED, notified + count);
      this.#thread.parker.unpark(this.#words, entry + NOTIFIED, 1);
      left -= count;
    }
  }

  /** Ends all waits through this object. */
  close(): void {
    if (this.#entry !== undefined) this.#store(this.#entry + OWNER, 0);
    this.#entry = undefined;
  }

  /** A free entry, or one of a dead thread, made this thread's by the store of OWNER. */
  #newEntry(): number {
    const high = this.#high;
    let i = 0;
    while (i < high && !this.#isFree(this.#load(this.#entryAt(i) + OWNER))) i++;
    const entry = this.#entryAt(i);
    if (i === this.#capacity) throw new OutOfMemoryError(`${i} threads wait for this condition already`);
    if (i === high) {
      this.#makeRoom(WaiterTable.wordsFor(i + 1));
      this.#store(entry + OWNER, 0);
      this.#store(this.#index + HIGH, i + 1);
    }
    const notified = this.#load(entry + NOTIFIED);
    this.#store(entry + ENTERED, notified);
    this.#store(entry + SERVED, notified);
    this.#store(entry + OWNER, this.#thread.self);
    return entry;
  }

  get #high(): number {
    return Math.min(Math.max(0, this.#load(this.#index + HIGH)), this.#capacity);
  }

  get #capacity(): number {
    return Math.floor((this.#words.length - this.#index - FIRST) / ENTRY);
  }

  #serve(entry: number): void {
    this.#store(entry + SERVED, this.#load(entry + SERVED) + 1);
    this.#left();
  }

  #left(): void {
    if (--this.#waiters === 0) this.close();
  }

  #isFree(owner: number): boolean {
    return owner === 0 || this.#thread.isDead(owner);
  }

  #entryAt(i: number): number {
    return this.#index + FIRST + i * ENTRY;
  }

  #load(index: number): number {
    return Atomics.load(this.#words, index);
  }

  #store(index: number, value: number): void {
    Atomics.store(this.#words, index, value | 0);
  }
}
