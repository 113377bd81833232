/**
 * How deeply containers may be nested. Encoder and decoder recurse; at this depth they use less than half of the main
 * thread's default stack, measured with the optimizing compiler off, so no input can overflow it.
 */
export const MAX_DEPTH = 1_000;

/** How many bytes a message may have: what an `Int32` can count, and well below the longest buffer of any Node. */
export const MAX_MESSAGE_BYTES = 2 ** 31 - 1;
