import type { Peek, Thread } from '@multiprocess/shared-memory';
import { isUndecided } from './party-state.js';

// Slots of three words, from `index` on, twice as many as parties, since parties of the last round may not have left yet:
//   OWNER  owner id of the party's thread; 0 while the slot is free. Freed by the party itself, without the table's mutex
//   STATE  its state; see party-state.ts
//   PLACE  its place among the parties
// For the order of writes, and what a crash leaves, see party-table.ts.
const OWNER = 0;
const STATE = 1;
const PLACE = 2;
const SLOT = 3;
const SLOTS_PER_PARTY = 2;

/** The parties that have arrived at a barrier or have not left it yet. */
export class PartySlots {
  readonly #words: Int32Array;
  readonly #index: number;
  readonly #count: number;
  readonly #thread: Thread;

  constructor(words: Int32Array, index: number, parties: number, thread: Thread) {
    this.#words = words;
    this.#index = index;
    this.#count = parties * SLOTS_PER_PARTY;
    this.#thread = thread;
  }

  /** Words that they take. */
  static wordsFor(parties: number): number {
    return parties * SLOTS_PER_PARTY * SLOT;
  }

  /** How many parties wait, read from outside. */
  static countArrived(peek: Peek, index: number, parties: number): number {
    const words = peek(index, PartySlots.wordsFor(parties));
    let count = 0;
    for (let slot = 0; slot < words.length; slot += SLOT) {
      if (words[slot + OWNER] !== 0 && isUndecided(words[slot + STATE]!)) count++;
    }
    return count;
  }

  /** A valid slot number, whatever shared memory holds. */
  clamp(slot: number): number {
    return Math.min(Math.max(0, slot), this.#count - 1);
  }

  /** Slots of waiting parties. */
  arrived(): number[] {
    const arrived: number[] = [];
    for (let slot = 0; slot < this.#count; slot++) {
      if (this.owner(slot) !== 0 && isUndecided(this.state(slot))) arrived.push(slot);
    }
    return arrived;
  }

  /** Whether the thread of a waiting party has ended. */
  get hasDead(): boolean {
    return this.arrived().some((slot) => this.#thread.isDead(this.owner(slot)));
  }

  /** A slot without an owner, or of a thread that ended after its state was decided. */
  findFree(): number | undefined {
    for (let slot = 0; slot < this.#count; slot++) {
      const owner = this.owner(slot);
      if (owner === 0 || (!isUndecided(this.state(slot)) && this.#thread.isDead(owner))) return slot;
    }
    return undefined;
  }

  /** Takes a free slot for this thread, at the lowest place that is free. */
  take(slot: number, state: number): void {
    const places = new Set(this.arrived().map((other) => this.place(other)));
    let place = 0;
    while (places.has(place)) place++;
    this.#store(slot, OWNER, 0); // otherwise a dead owner would seem to wait as soon as the state is written
    this.#store(slot, PLACE, place);
    this.#store(slot, STATE, state);
    this.#store(slot, OWNER, this.#thread.self);
  }

  free(slot: number): void {
    this.#store(slot, OWNER, 0);
  }

  decide(slot: number, state: number): void {
    this.#store(slot, STATE, state);
  }

  owner(slot: number): number {
    return this.#load(slot, OWNER);
  }

  state(slot: number): number {
    return this.#load(slot, STATE);
  }

  place(slot: number): number {
    return this.#load(slot, PLACE);
  }

  /** The word of the state, for a party that waits for it. */
  stateIndex(slot: number): number {
    return this.#index + slot * SLOT + STATE;
  }

  #load(slot: number, word: number): number {
    return Atomics.load(this.#words, this.#index + slot * SLOT + word);
  }

  #store(slot: number, word: number, value: number): void {
    Atomics.store(this.#words, this.#index + slot * SLOT + word, value);
  }
}
