import { availableParallelism } from 'node:os';

const MOST_MICROS = 50;
const LEAST_MICROS = 6;
/** A wait that ended sooner than this after going to sleep would have been worth staying awake for. */
const SHORT_SLEEP_MS = 0.2;

/**
 * For how long an event loop stays hot before it sleeps.
 *
 * Looking at a word from the event loop makes a round trip forty times faster than being woken, but only if the answer
 * comes soon. So the budget follows how soon the last waits ended: full after a short one, halved after each long one
 * down to nothing, so that an idle program uses nothing. With one CPU it is always nothing: there, looking only keeps
 * the other side from running.
 */
export class SpinBudget {
  #micros = availableParallelism() > 1 ? MOST_MICROS : 0;

  /** Microseconds to stay hot for now. */
  get micros(): number {
    return this.#micros;
  }

  /** Tells how long a wait slept, in ms; 0 if it ended while the loop was hot. */
  learn(slept: number): void {
    if (slept < SHORT_SLEEP_MS) this.#micros = availableParallelism() > 1 ? MOST_MICROS : 0;
    else this.#micros = this.#micros <= LEAST_MICROS ? 0 : this.#micros / 2;
  }
}
