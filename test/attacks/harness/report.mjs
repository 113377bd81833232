// What an attack found: a line for each kind of fault, however often it was met, and the verdict.

/** An exit status of its own, so that an attack that could not run is not taken for one that held. */
export const SKIPPED = 77;

export class Report {
  /** @type {Map<string, { first: string, count: number }>} */
  #faults = new Map();

  /** @param {string} text Faults that differ in numbers or random names only are counted together. */
  fault(text) {
    const kind = text
      .replace(/[0-9a-f]{8}-[0-9a-f-]+/g, 'UUID')
      .replace(/\d+/g, 'N')
      .slice(0, 160);
    const seen = this.#faults.get(kind);
    if (seen === undefined) this.#faults.set(kind, { first: text, count: 1 });
    else seen.count++;
  }

  get held() {
    return this.#faults.size === 0;
  }

  /**
   * Prints figures, faults and the verdict, and ends the process: 0 if the toolkit held, else 1.
   *
   * @param {unknown} [figures]
   * @returns {never}
   */
  conclude(figures) {
    if (figures !== undefined) console.log(figures);
    for (const { first, count } of this.#faults.values()) console.log(`FAULT × ${count}: ${first}`);
    console.log(this.held ? 'HELD' : 'BROKEN');
    process.exit(this.held ? 0 : 1);
  }
}

/**
 * Ends the process unless it can do what the attack needs.
 *
 * @param {boolean} possible
 * @param {string} need
 */
export function need(possible, need) {
  if (possible) return;
  console.log(`SKIPPED: needs ${need}`);
  process.exit(SKIPPED);
}
