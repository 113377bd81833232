const FIRST_COUNT = 64;
const GROWTH = 4;

/**
 * How many operations fill a stretch of time, learnt from the stretches before: contenders differ by factors of a
 * thousand, and each is to be measured for equally long.
 */
export class Pace {
  /** @type {Map<string, { count: number, nanoseconds: number }>} */
  #last = new Map();
  /** @type {Set<string>} */
  #settled = new Set();

  /**
   * @param {string} kind of operation
   * @param {number} ms
   */
  count(kind, ms) {
    const last = this.#last.get(kind);
    if (last === undefined) return FIRST_COUNT;
    const wanted = Math.round((last.count / last.nanoseconds) * ms * 1e6);
    // The first few tell of starting up rather than of the rate.
    return Math.max(FIRST_COUNT, Math.min(wanted, last.count * GROWTH));
  }

  /**
   * Remembers how long so many took.
   *
   * @param {string} kind
   * @param {number} ms what they were to take
   * @param {number} count
   * @param {number} nanoseconds
   * @returns {boolean} whether there ever was a stretch long enough to tell the rate. What was measured before is to be
   *   repeated; from then on everything counts, since a result must not decide whether it is kept.
   */
  learn(kind, ms, count, nanoseconds) {
    this.#last.set(kind, { count, nanoseconds: Math.max(nanoseconds, 1) });
    if (nanoseconds * 2 >= ms * 1e6) this.#settled.add(kind);
    return this.#settled.has(kind);
  }
}
