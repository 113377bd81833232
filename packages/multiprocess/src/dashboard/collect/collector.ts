import { clock, isError } from '@multiprocess/shared-memory';
import { lookForWaits } from '../../inspect/look-for-waits.js';
import { Rates } from '../../inspect/rates.js';
import type { Failure } from '../snapshot/snapshot.js';
import { takeSnapshot } from './take-snapshot.js';

/** A look, or why there is none, as JSON. */
export interface News {
  readonly event: 'failure' | 'snapshot';
  readonly json: string;
}

export type Listener = (news: News) => void;

/**
 * Looks at shared memory again and again while there are listeners, and tells all of them the same. The first listener
 * starts it, and it stops when the last one leaves.
 */
export class Collector {
  readonly #intervalMs: number;
  readonly #listeners = new Set<Listener>();
  #latest: News | undefined;
  /** The loop that runs; one that finds another here ends. */
  #loop: object | undefined;

  /** @param intervalMs milliseconds between two looks; more where a look takes long */
  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  get isLooking(): boolean {
    return this.#loop !== undefined;
  }

  /** Adds a listener, which hears of the latest look at once if there is one. Returns what removes it. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (this.#latest !== undefined) listener(this.#latest);
    if (this.#loop === undefined) void this.#run((this.#loop = {}));
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#loop = undefined;
      this.#latest = undefined; // the next listener shall not see an old one
    };
  }

  async #run(loop: object): Promise<void> {
    const rates = new Rates();
    while (this.#loop === loop) {
      const begin = clock.now();
      const news = await look(rates);
      if (this.#loop !== loop) return;
      this.#latest = news;
      for (const listener of this.#listeners) listener(news);
      await clock.sleep(this.#pauseAfter(clock.now() - begin));
    }
  }

  /** Thousands of objects take long to look at, which shall not keep a processor busy. A page waits some intervals for news. */
  #pauseAfter(tookMs: number): number {
    return Math.min(Math.max(this.#intervalMs, 3 * tookMs), 3 * this.#intervalMs);
  }
}

async function look(rates: Rates): Promise<News> {
  try {
    const inspection = await lookForWaits();
    return { event: 'snapshot', json: JSON.stringify(takeSnapshot(inspection, rates.since(inspection.objects))) };
  } catch (error) {
    const failure: Failure = { message: isError(error) ? error.message : String(error) };
    return { event: 'failure', json: JSON.stringify(failure) };
  }
}
