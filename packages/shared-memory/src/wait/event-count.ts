import { park } from './parker.js';
import type { Parker, WaitRequest } from './parker.js';

// An eventcount (D. P. Reed and R. K. Kanodia, 1979) in one word: SEQUENCE << 1 | SLEEPERS. Any waiter sets SLEEPERS. Only a
// notifier clears it, in the same compare-exchange that increments SEQUENCE.
//
// Why no wake is lost. A waiter sets SLEEPERS, looks at its condition once more, and sleeps only while the word is what
// it saw. A notifier makes the condition true first and reads the word second. Atomics are sequentially consistent: either
// the waiter sees the condition, or the notifier sees SLEEPERS and increments SEQUENCE, so the waiter does not sleep, or is
// woken. Clearing the bit in a separate store would lose wakes: a waiter that sets it between the notifier's look and that
// store would sleep unannounced.
// Waking some waiters keeps the bit set, since others may sleep on. It is cleared only when fewer were asleep than were to
// be woken: then SEQUENCE is incremented and all are woken once more, so a waiter that went to sleep meanwhile looks again.
// A waiter that is killed leaves the bit set, which costs a needless wake. If a notifier is killed between its change and
// its wake, the sleepers find the change by their re-check (after 100 ms at most). SEQUENCE wraps after 2^30 notifications;
// a waiter would have to be stopped between its look and its sleep for exactly as many.
const SLEEPERS = 1;
const STEP = 2;
const ALL = 0x7fffffff;

/** Lets threads wait until a condition changes, which the caller looks at between {@link announce} and its sleep. */
export class EventCount {
  readonly #words: Int32Array;
  readonly #index: number;
  readonly #parker: Parker;
  #waits = 0;
  #wakes = 0;

  constructor(words: Int32Array, index: number, parker: Parker) {
    this.#words = words;
    this.#index = index;
    this.#parker = parker;
  }

  /** How often a caller of this object was about to sleep. */
  get waits(): number {
    return this.#waits;
  }

  /** How often one has woken sleepers. */
  get wakes(): number {
    return this.#wakes;
  }

  /** Announces a sleeper. Look at the condition after this; if it does not hold yet, wait for the request returned. */
  announce(): WaitRequest {
    this.#waits++;
    for (;;) {
      const seen = Atomics.load(this.#words, this.#index);
      const expected = seen | SLEEPERS;
      if (seen === expected || Atomics.compareExchange(this.#words, this.#index, seen, expected) === seen) {
        return park(this.#words, this.#index, expected);
      }
    }
  }

  /** Wakes up to `count` blocked threads and every event loop that waits. Call it after the change. Never blocks. */
  notify(count: number): void {
    if ((Atomics.load(this.#words, this.#index) & SLEEPERS) === 0) return;
    this.#wakes++;
    this.#advance(SLEEPERS);
    if (this.#parker.unpark(this.#words, this.#index, count) >= count) return;
    this.#advance(0);
    this.#parker.unpark(this.#words, this.#index, ALL);
  }

  /** Wakes all waiters. */
  notifyAll(): void {
    this.notify(ALL);
  }

  #advance(sleepers: number): void {
    for (;;) {
      const seen = Atomics.load(this.#words, this.#index);
      const next = ((seen & ~SLEEPERS) + STEP) | sleepers | 0;
      if (Atomics.compareExchange(this.#words, this.#index, seen, next) === seen) return;
    }
  }
}
