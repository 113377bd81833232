import { clock } from './clock.js';

/** The longest timer of Node; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Calls back once after a number of milliseconds, however large, and keeps the event loop alive until then. With `Infinity`
 * it never calls back; with a negative number, at once.
 */
export class LongTimer {
  readonly #deadline: number;
  readonly #onTime: () => void;
  #timer: NodeJS.Timeout;

  constructor(timeout: number, onTime: () => void) {
    this.#deadline = clock.now() + timeout;
    this.#onTime = onTime;
    this.#timer = this.#start(timeout);
  }

  /** Stops the timer. Idempotent. */
  cancel(): void {
    clock.clearTimeout(this.#timer);
  }

  /** Keeps the event loop alive until its time, as it does from the start. */
  ref(): this {
    this.#timer.ref();
    return this;
  }

  /** Lets the process end before its time. */
  unref(): this {
    this.#timer.unref();
    return this;
  }

  #start(left: number): NodeJS.Timeout {
    return clock.setTimeout(this.#look, Math.min(Math.max(Math.ceil(left), 1), MAX_TIMER_MS));
  }

  /** Starts another timer if a part of a long time is left, or Node's clock is some microseconds ahead. */
  readonly #look = (): void => {
    const left = this.#deadline - clock.now();
    if (left <= 0) {
      this.#onTime();
      return;
    }
    const holdsLoop = this.#timer.hasRef();
    this.#timer = this.#start(left);
    if (!holdsLoop) this.#timer.unref();
  };
}
