import { tellOfTakeOver } from '../base/diagnostics.js';
import { objectOf } from './mapped-words.js';
import { park, spin } from './parker.js';
import type { Parker } from './parker.js';
import type { Thread } from './thread.js';
import type { Coroutine } from './wait-sync.js';

// One word:
//   0                free
//   id               held by the thread with that owner id; no thread sleeps
//   id | SLEEPERS    held, and threads may sleep on the word
// Taken by a compare-exchange that writes the owner in the same step, so a held lock always names its holder. Given back
// by exchanging 0. A crash leaves one of the three values: the next caller replaces the id of a dead thread by
// compare-exchange, so that one of several wins. Compare the kernel's robust and PI futexes, whose words also hold an id.
//
// Why no wake is lost. A sleeper sets SLEEPERS before it sleeps, which changes the word, and the kernel compares the
// word when it puts it to sleep; so a releaser sees the bit, or the sleeper does not sleep. One sleeper is woken.
// It cannot know whether others sleep, so it takes the lock with SLEEPERS set and wakes the next at its own release:
// the chain does not break. A woken one that gives up instead passes the wake on. A sleeper waits for the owner's life
// word at the same time, which the kernel marks when the owner ends; if the owner died between its exchange and its
// wake, the kernel wakes one sleeper, and the chain goes on from there. What is left is a sleeper killed after it was
// woken, before it has passed the wake on: the others wait for the life word of an owner that has long let go, and look
// again after 100 ms at the latest.
const FREE = 0;
const SLEEPERS = 0x80000000 | 0;
const OWNER = 0x7fffffff;

/** Mutual exclusion over one word, that a dead holder does not keep. The lock of every structure here, and of `Lock`. */
export class OwnerMutex {
  readonly #words: Int32Array;
  readonly #index: number;
  readonly #thread: Thread;
  readonly #parker: Parker;
  readonly #self: number;

  constructor(words: Int32Array, index: number, thread: Thread) {
    this.#words = words;
    this.#index = index;
    this.#thread = thread;
    this.#parker = thread.parker;
    this.#self = thread.self;
  }

  /** Owner id of the holder, dead or alive; 0 if it is free. */
  get owner(): number {
    return Atomics.load(this.#words, this.#index) & OWNER;
  }

  /**
   * Whether the calling thread holds it. Needs no atomic: of a word that this thread has changed, no read gives it an older
   * value, so it finds its own id exactly while it has not given it back, whatever the others do.
   */
  get isMine(): boolean {
    return (this.#words[this.#index]! & OWNER) === this.#self;
  }

  /** Takes it if it is free. Never waits, and leaves a dead owner's to {@link tryTakeOver}. */
  tryLock(): boolean {
    return Atomics.compareExchange(this.#words, this.#index, FREE, this.#self) === FREE;
  }

  /** Takes it from an owner that is dead. Never waits. */
  tryTakeOver(): boolean {
    const seen = Atomics.load(this.#words, this.#index);
    if (seen === FREE || !this.#thread.isDead(seen & OWNER)) return false;
    return this.#takeOver(seen);
  }

  /**
   * Takes it, waiting for its owner.
   *
   * @returns whether it was taken over from an owner that had died: what it guards may be half-written
   */
  locking(): Coroutine<boolean> {
    return this.#waiting(false);
  }

  /**
   * Like {@link locking}, where every holder lets go after some instructions and holds it across no wait: a caller that
   * has no time left waits for it all the same, for a moment. A caller whose own id is in the word, which it cannot hold
   * then, takes it as from a dead thread: memory that others have written over must not make it wait for itself.
   */
  entering(): Coroutine<boolean> {
    return this.#waiting(true);
  }

  *#waiting(brief: boolean): Coroutine<boolean> {
    let mine = this.#self;
    let spun = false;
    let slept = false;
    let taken = false;
    try {
      for (;;) {
        const seen = Atomics.load(this.#words, this.#index);
        const owner = seen & OWNER;
        if (seen === FREE) {
          taken = this.#replace(FREE, mine);
          if (taken) return false;
        } else if (this.#thread.isDead(owner) || (brief && owner === this.#self)) {
          taken = this.#takeOver(seen);
          if (taken) return true;
        } else if (!spun) {
          spun = true;
          yield spin(this.#words, this.#index, seen, { brief });
        } else if ((seen & SLEEPERS) !== 0 || this.#replace(seen, seen | SLEEPERS)) {
          mine = this.#self | SLEEPERS;
          slept = true;
          yield park(this.#words, this.#index, seen | SLEEPERS, { owner, brief });
        }
      }
    } finally {
      if (slept && !taken) this.#passWakeOn();
    }
  }

  /**
   * Gives it back, whichever thread holds it, and wakes one sleeper. Never waits.
   *
   * @returns false if it was free; nothing was changed then
   */
  unlock(): boolean {
    const seen = Atomics.exchange(this.#words, this.#index, FREE);
    if (seen === this.#self) return true;
    if ((seen & SLEEPERS) !== 0) this.#parker.unpark(this.#words, this.#index, 1);
    return seen !== FREE;
  }

  /** This caller gives up: the wake that it may have received is for a waiter that stays. */
  #passWakeOn(): void {
    for (;;) {
      const seen = Atomics.load(this.#words, this.#index);
      if (seen === FREE) this.#parker.unpark(this.#words, this.#index, 1);
      else if ((seen & SLEEPERS) === 0 && !this.#replace(seen, seen | SLEEPERS)) continue;
      return;
    }
  }

  #takeOver(seen: number): boolean {
    if (!this.#replace(seen, this.#self | SLEEPERS)) return false;
    tellOfTakeOver(seen & OWNER, this.#index, () => objectOf(this.#words, this.#index));
    return true;
  }

  #replace(seen: number, wanted: number): boolean {
    return Atomics.compareExchange(this.#words, this.#index, seen, wanted) === seen;
  }
}

/** Owner id in an owner mutex's word, by a copy of it; 0 if it is free. */
export function ownerIn(word: number): number {
  return word & OWNER;
}
