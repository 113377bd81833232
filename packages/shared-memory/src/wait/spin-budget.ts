import { availableParallelism } from 'node:os';

const MAX_MICROS = 100;
const MIN_MICROS = 6;
/** After a sleep shorter than this, it would have been better to stay awake. */
const SHORT_SLEEP_MS = 0.5;

/**
 * A thread that yields and gets the processor back later than this shares it with others. The kernel favours threads that
 * wake up over threads that yielded: on a busy machine, sleeping is ten times faster.
 */
const LOST_MS = 1;
/** For how many waits a thread that lost its processor does not stay hot: it would lose it again, for a slice each time. */
const WAITS_AFTER_LOSS = 200;

// Asked once, since it costs a system call. If the process loses processors later, it spins a little in vain.
const isAlone = availableParallelism() === 1;

/**
 * How long a thread stays hot before it sleeps.
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

  /** @param shortSleepMs a sleep shorter than this restores the full budget */
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

  /** Tells how long a single look took, in ms, including its yield of the processor. */
  noteLook(took: number): void {
    if (took < LOST_MS) return;
    this.#micros = 0;
    this.#penalty = WAITS_AFTER_LOSS;
  }
}
