import { HASH, MAIN, SMALL, TICKET, UNIT_WORDS_SHIFT } from '../words/layout.js';
import { EVICTIONS } from '../table/statistics.js';
import type { Statistics } from '../table/statistics.js';
import type { Entries } from '../table/entries.js';
import type { Queues, QueueWord } from './queues.js';

// S3-FIFO: J. Yang, Y. Zhang, Z. Qiu, Y. Yue and R. Vinayak, "FIFO queues are all you need for cache eviction", SOSP 2023. A new entry
// enters a small queue, a tenth of the entries. Its oldest goes to the main queue if it was read more than once, else it is
// evicted, and its hash remembered. An entry that comes back while it is remembered enters the main queue at once. The oldest of
// the main queue goes round once more for each of up to three reads. A read writes nothing but this count, and not even that for
// an entry that is read often: that is what suits a map whose readers take no lock.
const SMALL_PART = 10;
/** Reads of an entry in the small queue that bring it into the main queue. */
const WORTH_KEEPING = 2;

/** Decides which entry goes. All methods but {@link enter} are called under the mutex of the queues. */
export class Evictor {
  readonly #words: Int32Array;
  readonly #entries: Entries;
  readonly #queues: Queues;
  readonly #statistics: Statistics;

  constructor(words: Int32Array, entries: Entries, queues: Queues, statistics: Statistics) {
    this.#words = words;
    this.#entries = entries;
    this.#queues = queues;
    this.#statistics = statistics;
  }

  /** Takes a place for an entry that is about to be published. @returns its ticket */
  enter(hash: number): number {
    return this.#queues.locked(() => this.#enter(hash));
  }

  /** Evicts an entry. @returns false if there is none */
  evict(): boolean {
    return this.#queues.locked(() => this.#evict());
  }

  #enter(hash: number): number {
    const queue = this.#queues.isGhost(hash) ? MAIN : SMALL;
    while (this.#queues.isFull(queue)) this.#advance(queue);
    return this.#queues.push(queue, hash);
  }

  #evict(): boolean {
    const queues = this.#queues;
    // Each step drops a slot; an entry goes round at most three times, and moves once.
    const most = queues.length(SMALL) + 4 * (queues.length(SMALL) + queues.length(MAIN)) + 1;
    for (let left = most; left > 0; left--) {
      const small = queues.length(SMALL);
      if (small === 0 && queues.length(MAIN) === 0) return false;
      const isSmallDue = small * SMALL_PART >= this.#entries.size.approximate || queues.length(MAIN) === 0;
      if (this.#advance(isSmallDue && small > 0 ? SMALL : MAIN)) return true;
    }
    return false;
  }

  /** Takes the oldest slot away: its entry moves, goes round, or is evicted. @returns whether it was evicted */
  #advance(queue: QueueWord): boolean {
    const queues = this.#queues;
    const { hash, ticket } = queues.oldest(queue);
    const { chains, cells, allocator } = this.#entries;
    const bucket = chains.bucketOf(hash);
    let freed = 0;
    let isEvicted = false;
    chains.lock(bucket);
    try {
      const unit = this.#entryOf(bucket, hash, ticket);
      if (unit !== 0) {
        this.#entries.reader.look(unit);
        const reads = this.#entries.reader.isLive ? cells.reads(unit) : 0; // what has expired goes first
        const isKept = queue === SMALL ? reads >= WORTH_KEEPING : reads > 0;
        // A full queue has a slot for it once its own has been dropped.
        if (isKept && !(queue === SMALL && queues.isFull(MAIN))) {
          this.#move(queue, unit, hash);
          cells.setReads(unit, queue === SMALL ? 0 : reads - 1);
          return false;
        }
        if (queue === SMALL) queues.addGhost(hash);
        freed = this.#entries.unlink(bucket, chains.findUnit(bucket, unit));
        isEvicted = true;
      }
      queues.dropOldest(queue);
    } finally {
      chains.unlock(bucket);
    }
    if (freed !== 0) allocator.free(freed);
    if (isEvicted) this.#statistics.count(EVICTIONS);
    return isEvicted;
  }

  /** Gives the entry a place in MAIN, and drops its old slot. A full MAIN has that slot for it: it is the same one. */
  #move(queue: QueueWord, unit: number, hash: number): void {
    const index = (unit << UNIT_WORDS_SHIFT) + TICKET;
    Atomics.store(this.#words, index, this.#queues.push(MAIN, hash));
    this.#queues.dropOldest(queue);
  }

  #entryOf(bucket: number, hash: number, ticket: number): number {
    for (const unit of this.#entries.chains.unitsOf(bucket)) {
      const at = unit << UNIT_WORDS_SHIFT;
      if (this.#words[at + HASH] === hash && this.#words[at + TICKET] === ticket) return unit;
    }
    return 0;
  }
}
