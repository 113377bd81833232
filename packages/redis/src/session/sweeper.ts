import { clock, LongTimer } from '@multiprocess/shared-memory';

/** ms between two sweeps of a session, as long as it waits for something. */
const PERIOD_MS = 100;

/**
 * Runs sweeps while the session has waits: one in {@link PERIOD_MS}, and one more when the grace of a suspect is over. Also when waits
 * come and go, for each of which a sweep would be one too many.
 */
export class Sweeper {
  readonly #sweep: () => Promise<number>;
  #timer: LongTimer | undefined;
  #isNeeded = false;
  #isSweeping = false;
  #last = -Infinity;

  /** @param sweep resolves to the ms until the next suspect's grace is over, NaN for none */
  constructor(sweep: () => Promise<number>) {
    this.#sweep = sweep;
  }

  need(): void {
    if (this.#isNeeded) return;
    this.#isNeeded = true;
    if (!this.#isSweeping && this.#timer === undefined) this.#sweepAfter(this.#last + PERIOD_MS - clock.now());
  }

  rest(): void {
    this.#isNeeded = false;
  }

  stop(): void {
    this.#isNeeded = false;
    this.#timer?.cancel();
  }

  /** Asked again after a wait. */
  #stillNeeded(): boolean {
    return this.#isNeeded;
  }

  #sweepAfter(milliseconds: number): void {
    this.#timer = new LongTimer(Math.max(0, milliseconds), () => void this.#run()).unref();
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    if (!this.#isNeeded) return;
    this.#isSweeping = true;
    this.#last = clock.now();
    const left = await this.#sweep().catch(() => NaN);
    this.#isSweeping = false;
    if (!this.#stillNeeded()) return;
    const period = this.#last + PERIOD_MS - clock.now();
    this.#sweepAfter(Number.isNaN(left) ? period : Math.min(period, left + 1));
  }
}
