/** Questions after which it is decided whether hints pay. Enough to read twice, and to read again, as many entries as there are hints. */
const TRIAL = 2 ** 15;
/** Hints pay if one question in so many finds one. */
const WORTH = 3;
/** So many times as long as a trial they are not asked when they do not pay. */
const REST = 8;

/**
 * Whether hints pay. To look for a hint, and to make one, costs something for nothing where many more entries are read than there are
 * hints, or keys that have none, or where each entry is written about as often as it is read. There, hints rest most of the time.
 */
export class Payoff {
  #asked = 0;
  #found = 0;
  #rest = 0;

  get isResting(): boolean {
    return this.#rest > 0;
  }

  /** A hint is about to be looked for. @returns whether it is worth it */
  ask(): boolean {
    if (this.#rest > 0) {
      this.#rest--;
      return false;
    }
    if (++this.#asked > TRIAL) this.#decide();
    return true;
  }

  /** There was one. */
  found(): void {
    this.#found++;
  }

  #decide(): void {
    if (this.#found * WORTH < this.#asked) this.#rest = REST * TRIAL;
    this.#asked = 0;
    this.#found = 0;
  }
}
