import { BASE, EARLIEST, NEVER } from '../words/layout.js';
import { monotonicNow } from './monotonic.js';

// EARLIEST lets a caller know that nothing has expired without looking at every entry. A writer lowers it under the bucket's lock,
// before it publishes an entry that expires. A thread that looks through the map holds PURGE_MUTEX and first sets it to the negated
// next tick. When it has seen all buckets, it sets the earliest time that it has found, by compare-exchange from that.
// Why no entry is missed. If a writer has its bucket's lock before the other thread comes to that bucket, that one waits for the
// lock and sees the entry. If it takes the lock later, it finds the negated tick and replaces it, so that the compare-exchange
// fails and a low bound stays. If the thread that looks through the map dies, the tick counts as a bound, negated or not.
const TICK_MS = 16;

/** When the next entry of a map expires, at the earliest. */
export class Expiry {
  readonly #words: Int32Array;
  readonly #base: number;

  constructor(words: Int32Array) {
    this.#words = words;
    this.#base = new Float64Array(words.buffer, words.byteOffset + BASE * 4, 1)[0]!;
  }

  /** An entry is about to be published that expires then. */
  note(expires: number): void {
    this.#lower(this.#tickOf(expires));
  }

  /** Whether an entry may have expired. */
  isDue(): boolean {
    const earliest = Math.abs(Atomics.load(this.#words, EARLIEST));
    return earliest !== NEVER && earliest <= this.#tickOf(monotonicNow());
  }

  /** Begins to look through all entries. @returns what to call with the earliest time of those that stay, Infinity for none */
  begin(): (earliest: number) => void {
    const soon = -(this.#tickOf(monotonicNow()) + 1);
    Atomics.store(this.#words, EARLIEST, soon);
    return (earliest) => {
      const tick = earliest === Infinity ? NEVER : this.#tickOf(earliest);
      Atomics.compareExchange(this.#words, EARLIEST, soon, Math.max(-soon, tick));
    };
  }

  #lower(tick: number): void {
    for (;;) {
      const seen = Atomics.load(this.#words, EARLIEST);
      if (seen >= 0 && seen <= tick) return;
      const lower = Math.min(Math.abs(seen), tick);
      if (Atomics.compareExchange(this.#words, EARLIEST, seen, lower) === seen) return;
    }
  }

  /** Rounded down, so that an entry is due by the time it expires. */
  #tickOf(time: number): number {
    return Math.min(NEVER - 2, Math.max(1, Math.floor((time - this.#base) / TICK_MS)));
  }
}
