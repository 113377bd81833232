import { availableParallelism } from 'node:os';

const MAX_MICROS = 100;
const MIN_MICROS = 6;
/** A wait that ended sooner than this after going to sleep would have been worth staying awake for. */
const SHORT_SLEEP_MS = 0.5;

/**
 * A thread that yields and gets the processor back later than this shares it. The kernel favours threads that wake up over
 * threads that yielded: on a machine with more to do than processors, sleeping is ten times faster.
 */
const LOST_MS = 1;
/** A thread that lost its processor once loses it again, for a whole slice each time, so for so many waits it does not stay hot. */
const WAITS_AFTER_LOSS = 200;

// Asking costs a system call or more. A process whose processors are narrowed later pays with some spinning.
const isAlone = availableParallelism() === 1;

/**
 * For how long a thread stays hot before it sleeps.
 *
 * Looking at a word from the event loop makes a round trip forty times faster than being woken, but only if the answer
 * comes soon. So the budget follows how soon the last waits ended: full after a short one, halved after each long one
 * down to nothing, so that an idle program uses nothing. With one CPU it is always nothing: there, looking only keeps
 * the other side from running.
 */
export class SpinBudget {
  readonly #maxMicros: number;
  readonly #shortSleepMs: number;
  #micros: number;
  #penalty = 0;

  /** @param shortSleepMs a sleep that ended sooner would have been worth staying awake for */
  constructor(maxMicros = MAX_MICROS, shortSleepMs = SHORT_SLEEP_MS) {
    this.#maxMicros = isAlone ? 0 : maxMicros;
    this.#shortSleepMs = shortSleepMs;
    this.#micros = this.#maxMicros;
  }

  /** Microseconds to stay hot for now. */
  get micros(): number {
    return this.#micros;
  }

  /** Tells how long a wait slept, in ms; 0 if it ended while the thread was hot. */
  learn(slept: number): void {
    if (this.#penalty > 0) this.#penalty--;
    else if (slept < this.#shortSleepMs) this.#micros = this.#maxMicros;
    else this.#micros = this.#micros <= MIN_MICROS ? 0 : this.#micros / 2;
  }

  /** Tells how long a single look took, in ms, that yielded the processor for a moment. */
  noteLook(took: number): void {
    if (took < LOST_MS) return;
    this.#micros = 0;
    this.#penalty = WAITS_AFTER_LOSS;
  }
}
