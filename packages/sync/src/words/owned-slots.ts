import { OutOfMemoryError } from '@multiprocess/shared-memory';
import type { Thread } from '@multiprocess/shared-memory';

// Words, from `index` on:
//   HIGH    how many slots were ever in use; only grows. A thread raises it before it writes the first word of a new slot
//   slots of two words:
//     HOLDER  0: free. Else it names a thread in bits 0 to 30; what bit 31 says is up to the class that extends this
//     SECOND  what the class keeps of that thread. Written by the one that has taken the slot
// A slot is taken by a compare-exchange of HOLDER, which a living thread's slot never sees from another one. So a crash leaves
// it free, or with a dead thread, whose slot another one may take. Several may try to at a time: whatever one of them does to the
// slot before its compare-exchange must do no harm to the one that was faster. See mayTake().
const HIGH = 0;
const FIRST = 1;
const SECOND = 1;
const SLOT = 2;
const FREE = 0;
const OWNER = 0x7fffffff;

/** Slots of threads. Those in use are the first ones, as far as possible, so that few have to be looked at. */
export abstract class OwnedSlots {
  protected readonly words: Int32Array;
  protected readonly thread: Thread;
  /** Where this object took a slot last: a good place to look first. */
  protected near = 0;
  readonly #index: number;
  readonly #count: number;

  constructor(words: Int32Array, index: number, count: number, thread: Thread) {
    this.words = words;
    this.thread = thread;
    this.#index = index;
    this.#count = count;
  }

  /** Words that so many slots take. */
  static wordsFor(count: number): number {
    return FIRST + count * SLOT;
  }

  /** How many slots were ever in use. */
  protected get high(): number {
    return Math.min(Math.max(0, this.load(this.#index + HIGH)), this.#count);
  }

  /** Where the words of a slot are. */
  protected at(slot: number): number {
    return this.#index + FIRST + slot * SLOT;
  }

  protected secondAt(slot: number): number {
    return this.at(slot) + SECOND;
  }

  /** The first word of a slot. */
  protected holder(slot: number): number {
    return this.load(this.at(slot));
  }

  protected second(slot: number): number {
    return this.load(this.secondAt(slot));
  }

  /**
   * Takes a slot that is free or of a dead thread, by writing its first word, then its second.
   *
   * @throws {@link OutOfMemoryError} if there is none.
   */
  protected claim(holder: number, second: number): number {
    for (let step = 0; step < this.#count; step++) {
      const slot = step <= this.near ? this.near - step : step; // downwards first
      const seen = this.holder(slot);
      if (seen !== FREE && !(this.thread.isDead(seen & OWNER) && this.mayTake(slot, seen))) continue;
      this.#raise(slot + 1);
      if (Atomics.compareExchange(this.words, this.at(slot), seen, holder) !== seen) continue;
      Atomics.store(this.words, this.secondAt(slot), second);
      this.near = slot;
      return slot;
    }
    throw new OutOfMemoryError(`${this.#count} threads have it or wait for it already`);
  }

  /** Whether the slot of a dead thread can be taken, whose HOLDER was `dead`; by now, another thread may have taken it. */
  protected abstract mayTake(slot: number, dead: number): boolean;

  protected freeSlot(slot: number): void {
    Atomics.store(this.words, this.at(slot), FREE);
  }

  protected load(index: number): number {
    return Atomics.load(this.words, index);
  }

  /** Before another thread can depend on having seen the slot. */
  #raise(high: number): void {
    for (;;) {
      const seen = this.load(this.#index + HIGH);
      if (seen >= high || Atomics.compareExchange(this.words, this.#index + HIGH, seen, high) === seen) return;
    }
  }
}
