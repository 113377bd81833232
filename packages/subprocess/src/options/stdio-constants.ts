// Python's numbers, so that they cannot be mistaken for descriptors.

/** A new pipe between the program and this process. */
export const PIPE = -1;

/** For `stderr`: to where `stdout` goes. */
export const STDOUT = -2;

/** Nowhere; as input, nothing. */
export const DEVNULL = -3;
