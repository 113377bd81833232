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
// Taken by a compare-exchange that writes the owner in the same step, so a held lock always names its holder. Released by
// exchanging 0. A crash leaves one of the three values: the next caller replaces the id of a dead thread by
// compare-exchange, so one of several wins. Compare the kernel's robust and PI futexes, whose words also hold an id.
//
// Why no wake is lost. A sleeper sets SLEEPERS before it sleeps, which changes the word, and the kernel compares the
// word when it puts the thread to sleep. So a releaser sees the bit, or the sleeper does not sleep. A release wakes one
// sleeper. That one cannot know whether others sleep, so it takes the lock with SLEEPERS set and wakes the next at its own
// release: the chain does not break. If it gives up instead, it passes the wake on. A sleeper also waits for the owner's
// life word, which the kernel marks when the owner ends: if the owner dies between its exchange and its wake, the kernel
// wakes one sleeper, and the chain goes on from there. One case is left: a sleeper is killed after it was woken and before
// it has passed the wake on. The others then wait for the life word of an owner that no longer holds the lock, and find
// the word changed by their re-check, after 100 ms at the latest.
const FREE = 0;
const SLEEPERS = 0x80000000 | 0;
const OWNER = 0x7fffffff;

/** Mutual exclusion over one word, which can be taken over from a dead holder. Every structure here is built on it. */
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
   * Whether the calling thread holds it. A plain read is enough: a thread never reads an older value of a word than the one
   * it has written itself, so it finds its own id exactly until it releases the lock.
   */
  get isMine(): boolean {
    return (this.#words[this.#index]! & OWNER) === this.#self;
  }

  /** Takes it if it is free. Never waits. For the lock of a dead owner, see {@link tryTakeOver}. */
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
   * Takes it, waiting until it is free.
   *
   * @returns whether it was taken over from a dead owner: what it guards may be half-written
   */
  locking(): Coroutine<boolean> {
    return this.#waiting(false);
  }

  /**
   * Like {@link locking}, for a mutex that every holder releases after some instructions and never holds across a wait. A
   * caller whose time is over still waits for it, for a moment. A caller that finds its own id in the word, which then must
   * be damaged memory, takes it as from a dead thread instead of waiting for itself.
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
          // After a sleep it is taken with SLEEPERS set, since others may sleep on.
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

  /** Releases it, whichever thread holds it, and wakes one sleeper. Never waits. @returns false if it was free */
  unlock(): boolean {
    const seen = Atomics.exchange(this.#words, this.#index, FREE);
    if (seen === this.#self) return true;
    if ((seen & SLEEPERS) !== 0) this.#parker.unpark(this.#words, this.#index, 1);
    return seen !== FREE;
  }

  /** This caller gives up, so a wake that it received must go to another waiter. */
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

/** The owner id in a copy of an owner mutex's word; 0 if it is free. */
export function ownerIn(word: number): number {
  return word & OWNER;
}
