// Plain reads before it are done before any Atomics.load after it, on processors that would reorder them, too: a load that
// acquires keeps only later reads from moving before it, and JavaScript has no fence. The word is this thread's own, so it stays
// in its cache. Module state: a word that is written and never read by anyone.
const word = new Int32Array(new SharedArrayBuffer(4));

/** Orders the plain reads of an entry before the load that validates them. */
export function orderReads(): void {
  Atomics.exchange(word, 0, 0);
}
