import { now, spinUntil } from './clock.mjs';

/**
 * @typedef {{ start: number, end: number, watched: boolean }} Stretch when two sides compete, by the clock they share
 * @typedef {{ pairs: number, nanoseconds: number, longestRun: number }} Outcome of one side
 */

/** Counts how often one side had the lock in a row. Only the holder of the lock may call it. */
export class Watch {
  #last;
  #me;
  #run = 0;
  longestRun = 0;

  /** @param {Int32Array} last holds the process id of who had the lock last, @param {number} me */
  constructor(last, me) {
    this.#last = last;
    this.#me = me;
  }

  entered() {
    this.#run = this.#last[0] === this.#me ? this.#run + 1 : 1;
    this.#last[0] = this.#me;
    if (this.#run > this.longestRun) this.longestRun = this.#run;
  }
}

/**
 * @param {{ acquireSync: () => boolean, release: () => void }} lock
 * @param {Stretch} stretch
 * @param {Int32Array} last
 * @param {number} me
 * @returns {Outcome}
 */
export function contendSync(lock, { start, end, watched }, last, me) {
  const watch = new Watch(last, me);
  spinUntil(start);
  for (let pairs = 64; ; pairs += 64) {
    for (let i = 0; i < 64; i++) {
      lock.acquireSync();
      if (watched) watch.entered();
      lock.release();
    }
    const nanoseconds = now() - start;
    if (nanoseconds >= end - start) return { pairs, nanoseconds, longestRun: watch.longestRun };
  }
}

/**
 * @param {(section: () => void) => Promise<void>} exclusively
 * @param {Stretch} stretch
 * @param {Int32Array} last
 * @param {number} me
 * @returns {Promise<Outcome>}
 */
export async function contend(exclusively, { start, end, watched }, last, me) {
  const watch = new Watch(last, me);
  const section = watched ? () => watch.entered() : () => undefined;
  spinUntil(start);
  for (let pairs = 1; ; pairs++) {
    await exclusively(section);
    const nanoseconds = now() - start;
    if (nanoseconds >= end - start) return { pairs, nanoseconds, longestRun: watch.longestRun };
  }
}

/**
 * What both sides made of it: pairs a second together, the longest run, the larger share in per cent.
 *
 * @param {readonly Outcome[]} outcomes
 */
export function replyOf(outcomes) {
  const pairs = outcomes.map((outcome) => outcome.pairs);
  const total = pairs.reduce((sum, more) => sum + more, 0);
  return {
    samples: [outcomes.reduce((sum, outcome) => sum + (outcome.pairs / outcome.nanoseconds) * 1e9, 0)],
    extra: {
      longestRun: Math.max(...outcomes.map(({ longestRun }) => longestRun)),
      largerShare: (Math.max(...pairs) / total) * 100,
    },
  };
}
