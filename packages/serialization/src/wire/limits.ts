/**
 * How deeply containers may be nested. Encoder and decoder recurse: with the optimizing compilers off and the main
 * thread's default stack, 2 500 plain objects fit into each other, or 1 300 Maps. Should the stack be too short all the
 * same, because the caller has used it up, that is a SerializationError as well.
 */
export const MAX_DEPTH = 1_000;

/** How many bytes a message may have: what an `Int32` can count, and well below the longest buffer of any Node. */
export const MAX_MESSAGE_BYTES = 2 ** 31 - 1;
