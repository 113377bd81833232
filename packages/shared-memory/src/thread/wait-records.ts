import type { Registry } from './registry.js';

// What a thread sleeps on, to tell people why nothing happens. Its slot has one record for a blocked thread, and some for
// the oldest waits of its event loop. A record has 3 words, written by the slot's thread only:
//   SEED    random number of the segment that the word is in
//   OFFSET  byte of the word in the file; 0 while the record says nothing (no word lies in a header)
//   OWNER   owner id of the thread that is waited for; 0 if there is none
// Written before a real sleep and cleared after it, so a wait that does not sleep pays nothing. No algorithm reads them: a
// crash leaves them in the slot of a dead thread, and a reader that sees half a record prints a wrong line.
const SEED = 0;
const OFFSET = 1;
const OWNER = 2;
const RECORD_WORDS = 3;

const MAX_BLOCKED = 1;
/** How many waits of an event loop have a record. */
export const MAX_AWAITED = 5;

/** What a thread waits for: a word, and the thread that has it. */
export interface WaitRecord {
  /** Random number of the segment. */
  readonly seed: number;
  /** Byte of the word in the segment's file. */
  readonly byteOffset: number;
  /** Owner id of the thread that is waited for; 0 if it waits for no thread in particular. */
  readonly owner: number;
}

/** The records of one thread, of one sort. */
export class WaitRecords {
  readonly #words: Int32Array;
  readonly #first: number;
  readonly #count: number;

  private constructor(words: Int32Array, first: number, count: number) {
    this.#words = words;
    this.#first = first;
    this.#count = count;
  }

  /** What the thread in that slot is blocked on. */
  static ofBlocked(registry: Registry, slot: number): WaitRecords {
    return new WaitRecords(registry.words, registry.blockedIndex(slot), MAX_BLOCKED);
  }

  /** What the event loop of the thread in that slot waits for. */
  static ofAwaited(registry: Registry, slot: number): WaitRecords {
    return new WaitRecords(registry.words, registry.awaitedIndex(slot), MAX_AWAITED);
  }

  write(record: number, seed: number, byteOffset: number, owner: number): void {
    const base = this.#first + record * RECORD_WORDS;
    this.#words[base + SEED] = seed;
    this.#words[base + OWNER] = owner;
    Atomics.store(this.#words, base + OFFSET, byteOffset);
  }

  clear(record: number): void {
    Atomics.store(this.#words, this.#first + record * RECORD_WORDS + OFFSET, 0);
  }

  read(): WaitRecord[] {
    const records: WaitRecord[] = [];
    for (let record = 0; record < this.#count; record++) {
      const base = this.#first + record * RECORD_WORDS;
      const byteOffset = Atomics.load(this.#words, base + OFFSET) >>> 0;
      if (byteOffset === 0) continue;
      records.push({ seed: this.#words[base + SEED]!, byteOffset, owner: this.#words[base + OWNER]! });
    }
    return records;
  }
}
