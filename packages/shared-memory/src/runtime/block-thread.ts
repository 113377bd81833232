// No thread ever wakes this word: it exists to be slept on.
const never = new Int32Array(new SharedArrayBuffer(4));

/** Blocks the calling thread for so many milliseconds. */
export function blockThread(milliseconds: number): void {
  Atomics.wait(never, 0, 0, milliseconds);
}
