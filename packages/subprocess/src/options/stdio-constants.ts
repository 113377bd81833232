// Python's numbers, so that they cannot be mistaken for descriptors.

/** A new pipe between the program and this process. */
export const PIPE = -1;

/** For `stderr`: the same target as `stdout`. */
export const STDOUT = -2;

/** Discards output; input is empty. */
export const DEVNULL = -3;
