import type { Thread } from '@multiprocess/shared-memory';
import type { SMALL } from '../words/layout.js';
import { GHOST_TIME, MAIN, QUEUES_MUTEX } from '../words/layout.js';
import type { Geometry } from '../words/geometry.js';
import { lockWord, unlockWord } from '../words/word-lock.js';

// The queues of S3-FIFO, each a circle of slots with the positions of the oldest and behind the newest, which only grow. A slot holds
// the hash of a key. It is of the entry with that hash whose TICKET names the queue and the position; a slot that no entry names is
// stale, and skipped. So replacing an entry moves nothing, removing one writes nothing here, and after a crash at any step there
// is at most a stale slot: a place is taken in a queue before the entry is published, and an entry that moves gets its new
// place before its old slot is dropped. An entry is never in no queue.
// The ghosts are a table of one word for each place of a hash: 31:16 its upper bits, 15:0 when it was put there, counted in parts of
// MAX_ENTRIES evictions. So a ghost is forgotten after as many evictions as the map has entries, or when another takes its place.
export const OLDEST = 0;
export const NEWEST = 1;
/** Parts of MAX_ENTRIES evictions in which the age of a ghost is counted. */
const AGES = 256;
const AGE = 0xffff;
const UPPER = 0xffff0000;

/** One of the two queues: the word of its positions. */
export type QueueWord = typeof SMALL | typeof MAIN;

/** The place of an entry in a queue. */
function ticketOf(queue: QueueWord, position: number): number {
  return (position << 1) | (queue === MAIN ? 1 : 0);
}

/** The two queues and the ghosts of an evicting map. All methods are called under the mutex. */
export class Queues {
  readonly #words: Int32Array;
  readonly #thread: Thread;
  readonly #geometry: Geometry;

  constructor(words: Int32Array, geometry: Geometry, thread: Thread) {
    this.#words = words;
    this.#geometry = geometry;
    this.#thread = thread;
  }

  /** Runs `use` under the mutex. It may take locks of pages and buckets. */
  locked<R>(use: () => R): R {
    lockWord(this.#words, QUEUES_MUTEX, this.#thread);
    try {
      return use();
    } finally {
      unlockWord(this.#words, QUEUES_MUTEX, this.#thread);
    }
  }

  /** Slots in use, stale ones included. Of damaged words, no more than there are. */
  length(queue: QueueWord): number {
    const length = (this.#position(queue, NEWEST) - this.#position(queue, OLDEST)) | 0;
    return Math.min(Math.max(0, length), this.#geometry.queueSlots);
  }

  isFull(queue: QueueWord): boolean {
    return this.length(queue) >= this.#geometry.queueSlots;
  }

  /** The hash in the oldest slot, and the ticket of the entry that it is of. */
  oldest(queue: QueueWord): { readonly hash: number; readonly ticket: number } {
    const position = this.#position(queue, OLDEST);
    return { hash: Atomics.load(this.#words, this.#slot(queue, position)), ticket: ticketOf(queue, position) };
  }

  dropOldest(queue: QueueWord): void {
    Atomics.add(this.#words, queue + OLDEST, 1);
  }

  /** Takes a place behind the newest. @returns the ticket of it */
  push(queue: QueueWord, hash: number): number {
    if (this.#position(queue, NEWEST) << 1 === 0) this.#skip(queue); // no ticket is 0
    const position = this.#position(queue, NEWEST);
    Atomics.store(this.#words, this.#slot(queue, position), hash);
    Atomics.store(this.#words, queue + NEWEST, position + 1);
    return ticketOf(queue, position);
  }

  /** Remembers a hash that was evicted before it was read twice. */
  addGhost(hash: number): void {
    const time = Atomics.add(this.#words, GHOST_TIME, 1) + 1;
    Atomics.store(this.#words, this.#ghost(hash), (hash & UPPER) | this.#age(time));
  }

  /** Whether that hash was evicted lately. */
  isGhost(hash: number): boolean {
    const word = Atomics.load(this.#words, this.#ghost(hash));
    if (word === 0 || ((word ^ hash) & UPPER) !== 0) return false;
    return ((this.#age(Atomics.load(this.#words, GHOST_TIME)) - word) & AGE) <= AGES;
  }

  #age(time: number): number {
    return Math.floor(((time >>> 0) * AGES) / this.#geometry.maxEntries) & AGE;
  }

  /** Puts a slot that no entry names. */
  #skip(queue: QueueWord): void {
    Atomics.add(this.#words, queue + NEWEST, 1);
  }

  #ghost(hash: number): number {
    return this.#geometry.ghostsAt + (hash & (this.#geometry.ghostSlots - 1));
  }

  #slot(queue: QueueWord, position: number): number {
    const { smallAt, mainAt, queueSlots } = this.#geometry;
    return (queue === MAIN ? mainAt : smallAt) + (position & (queueSlots - 1));
  }

  #position(queue: QueueWord, which: typeof OLDEST | typeof NEWEST): number {
    return Atomics.load(this.#words, queue + which);
  }
}
