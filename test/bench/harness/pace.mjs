const FIRST_COUNT = 64;

/**
 * How many operations fill a stretch of time, learnt from the stretches before: contenders differ by factors of a
 * thousand, and each is to be measured for equally long. The warm-up rounds are there for that, too.
 */
export class Pace {
  /** @type {Map<string, number>} operations a nanosecond */
  #rates = new Map();

  /**
   * @param {string} kind of operation
   * @param {number} ms
   */
  count(kind, ms) {
    const rate = this.#rates.get(kind);
    return rate === undefined ? FIRST_COUNT : Math.max(FIRST_COUNT, Math.round(rate * ms * 1e6));
  }

  /**
   * @param {string} kind
   * @param {number} count
   * @param {number} nanoseconds
   */
  learn(kind, count, nanoseconds) {
    this.#rates.set(kind, count / Math.max(nanoseconds, 1));
  }
}
