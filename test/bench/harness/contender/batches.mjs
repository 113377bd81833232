import { now } from './clock.mjs';

// Long enough for the clock.
const BATCH_NS = 1e6;

/**
 * Measures something that takes some nanoseconds: a sample is the time of one, as the mean over a batch.
 *
 * @param {(count: number) => Promise<void> | void} run does it so many times, in a loop of its own: what a call costs is
 *   not what is asked
 * @returns {(ms: number) => Promise<{ samples: number[] }>} measures for so long
 */
export function inBatches(run) {
  let batch = 1;
  return async (ms) => {
    const samples = [];
    const end = now() + ms * 1e6;
    for (let begin = now(); begin < end;) {
      await run(batch);
      const after = now();
      samples.push((after - begin) / batch);
      // Grows in the warm-up rounds and stays.
      if (after - begin < BATCH_NS) batch = Math.ceil(batch * 1.5);
      begin = now();
    }
    return { samples };
  };
}
