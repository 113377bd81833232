import { EventCount, spin } from '@multiprocess/shared-memory';
import type { Coroutine, ObjectState, Peek, Thread } from '@multiprocess/shared-memory';

// Two words, from `index` on:
//   STATE   ROUND << 1 | SET: whether it is set, and how often it has become so. Changed by compare-exchange or one
//           atomic operation, by any thread; a crash leaves it before or after that.
//   EVENTS  an eventcount: "it has been set"
//
// A waiter remembers ROUND: when it has moved on, the event was set in the meantime, although it may have been cleared
// since. ROUND wraps after 2^31 times; a waiter would have to be stopped for exactly as many.
//
// Why no wake is lost: a waiter announces itself in EVENTS, looks at STATE once more, and then sleeps; set() changes STATE
// first and looks at EVENTS second (see event-count.ts). All waiters are woken, so a waiter that was killed or gives up takes
// no wake from another. If set() is killed between the two, the sleepers find the change by their re-check (100 ms blocked,
// 1 s async), or are woken by the next set(), also if the flag is set already.
const EVENTS = 1;
const SET = 1;
const STEP = 2;

/** A flag that threads wait for. */
export class EventFlag {
  static readonly WORDS = 2;
  readonly #words: Int32Array;
  readonly #index: number;
  readonly #events: EventCount;

  constructor(words: Int32Array, index: number, thread: Thread) {
    this.#words = words;
    this.#index = index;
    this.#events = new EventCount(words, index + EVENTS, thread.parker);
  }

  /** Its state, read from outside. */
  static look(peek: Peek, index: number): ObjectState {
    return { state: (peek(index, 1)[0]! & SET) === 0 ? 'not set' : 'set' };
  }

  get isSet(): boolean {
    return (this.state & SET) !== 0;
  }

  /** Its present state, for {@link waiting}. */
  get state(): number {
    return Atomics.load(this.#words, this.#index);
  }

  /** Sets it, and wakes all waiters. Never waits. */
  set(): void {
    let seen = this.#words[this.#index]!; // a guess, which the compare-exchange corrects
    for (;;) {
      const next = (seen & SET) !== 0 ? seen : (seen + STEP) | SET;
      const found = Atomics.compareExchange(this.#words, this.#index, seen, next);
      if (found === seen) break;
      seen = found;
    }
    this.#events.notifyAll();
  }

  clear(): void {
    Atomics.and(this.#words, this.#index, ~SET);
  }

  /** Waits until it is set, or was set after its state was `begun`. */
  *waiting(begun: number): Coroutine<true> {
    if (this.#hasBeenSet(begun)) return true;
    yield spin(this.#words, this.#index, begun);
    for (;;) {
      const request = this.#events.announce();
      if (this.#hasBeenSet(begun)) return true;
      yield request;
    }
  }

  #hasBeenSet(begun: number): boolean {
    const now = this.state;
    return (now & SET) !== 0 || now >> 1 !== begun >> 1;
  }
}
