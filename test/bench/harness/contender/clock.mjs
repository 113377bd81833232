/**
 * Nanoseconds of CLOCK_MONOTONIC, which all processes of a machine share: Python's `time.monotonic_ns()` reads the same
 * clock, so that one process may subtract what another has read.
 */
export function now() {
  return Number(process.hrtime.bigint());
}

/**
 * The start barrier: both sides of a measurement are told the same moment and burn the time until then, so that neither
 * has to be woken.
 *
 * @param {number} moment
 */
export function spinUntil(moment) {
  while (now() < moment);
}

/** How far ahead a start is agreed upon: the message with it must have arrived everywhere by then. */
export const START_MARGIN_NS = 20e6;
