import { park, spin } from '@multiprocess/shared-memory';
import type { Parker, Peek, Thread, WaitRequest } from '@multiprocess/shared-memory';
import { OwnedSlots } from './owned-slots.js';

// Owned slots (see owned-slots.ts), one for the thread that has the mutex of fair-mutex.ts, and one for each wait:
//   HOLDER  owner id of the thread
//   SECOND  its ticket while it waits, else 0. Tickets count from a word of the mutex on and wrap; their order is the line
// A thread joins the line by the store of its ticket. Its ticket is cleared, by compare-exchange, by the thread that has let it
// have the mutex, or by itself if it gives up. So a ticket that is not there any more says that its wait is over.

/** The most threads that have a fair mutex or wait for it: as many as the number of a slot can tell apart. */
const MAX_IN_LINE = 255;

/** Where a thread waits. */
export interface Place {
  readonly slot: number;
  readonly ticket: number;
}

/** Threads that wait, in order of arrival. */
export class WaitingLine extends OwnedSlots {
  static readonly WORDS = OwnedSlots.wordsFor(MAX_IN_LINE);
  readonly #parker: Parker;
  readonly #detach: (slot: number) => boolean;

  /** @param detach sees to it that nothing leads to the slot of a dead thread any more; false if that cannot be */
  constructor(words: Int32Array, index: number, thread: Thread, detach: (slot: number) => boolean) {
    super(words, index, MAX_IN_LINE, thread);
    this.#parker = thread.parker;
    this.#detach = detach;
  }

  /** Owner id of the thread that has a slot, read from outside. */
  static look(peek: Peek, index: number, slot: number): number {
    return peek(index + OwnedSlots.wordsFor(slot), 1)[0]!;
  }

  /** Whether a slot was ever in use, read from outside. */
  static hasBeenUsed(peek: Peek, index: number): boolean {
    return peek(index, 1)[0]! > 0;
  }

  /** Takes a slot for this thread. @throws {@link OutOfMemoryError} if there is none. */
  take(): number {
    return this.claim(this.thread.self, 0);
  }

  free(slot: number): void {
    this.freeSlot(slot);
  }

  /** Owner id of the thread that has the slot; 0 if none does. */
  owner(slot: number): number {
    return this.holder(slot);
  }

  isDead(slot: number): boolean {
    const owner = this.holder(slot);
    return owner === 0 || this.thread.isDead(owner);
  }

  join(slot: number, ticket: number): void {
    Atomics.store(this.words, this.secondAt(slot), ticket);
  }

  /** Whether the wait that has that ticket goes on. */
  isWaiting(slot: number, ticket: number): boolean {
    return this.second(slot) === ticket;
  }

  /** Leaves the line. @returns false if the wait is over already */
  leave(slot: number, ticket: number): boolean {
    return Atomics.compareExchange(this.words, this.secondAt(slot), ticket, 0) === ticket;
  }

  /** The ticket in that slot; 0 if no thread waits in it. */
  ticket(slot: number): number {
    return this.second(slot);
  }

  /** Ends the wait that has that ticket, unless it is over, and wakes its thread. */
  deliver({ slot, ticket }: Place): void {
    if (ticket !== 0 && this.leave(slot, ticket)) this.#parker.unpark(this.words, this.secondAt(slot), 1);
  }

  /** Makes the thread that waits there look again. */
  nudge({ slot }: Place): void {
    this.#parker.unpark(this.words, this.secondAt(slot), 1);
  }

  /** The first in the line; undefined if no living thread waits. */
  get first(): Place | undefined {
    return this.#nearest((ticket, best) => best === undefined || before(ticket, best));
  }

  /** The place before that ticket; undefined if it is the first. */
  before(ticket: number): Place | undefined {
    return this.#nearest((one, best) => before(one, ticket) && (best === undefined || before(best, one)));
  }

  /** The place behind that ticket; undefined if it is the last. */
  behind(ticket: number): Place | undefined {
    return this.#nearest((one, best) => before(ticket, one) && (best === undefined || before(one, best)));
  }

  /** Waits for the end of a wait, or of the thread with that owner id. */
  waiting(slot: number, ticket: number, owner: number, how: 'spin' | 'park'): WaitRequest {
    return (how === 'spin' ? spin : park)(this.words, this.secondAt(slot), ticket, { owner });
  }

  /**
   * Takes the ticket of the dead thread out of the line first. It is that thread's if the slot still is after the ticket was read: then it
   * is never the ticket of a later one, as no two are the same.
   */
  protected override mayTake(slot: number, dead: number): boolean {
    const ticket = this.ticket(slot);
    if (this.holder(slot) !== dead) return false;
    return (ticket === 0 || this.leave(slot, ticket)) && this.#detach(slot);
  }

  /** Of the living that wait, the one whose ticket is better than that of any other. */
  #nearest(isBetter: (ticket: number, best: number | undefined) => boolean): Place | undefined {
    const { high } = this;
    let found: Place | undefined;
    for (let slot = 0; slot < high; slot++) {
      const ticket = this.second(slot);
      if (ticket !== 0 && isBetter(ticket, found?.ticket) && !this.isDead(slot)) found = { slot, ticket };
    }
    return found;
  }
}

function before(ticket: number, other: number): boolean {
  return ((ticket - other) | 0) < 0;
}
