// No thread ever wakes a sleeper on this word.
const never = new Int32Array(new SharedArrayBuffer(4));

/** Blocks the calling thread. */
export function blockThread(milliseconds: number): void {
  Atomics.wait(never, 0, 0, milliseconds);
}
