import { clock, EventCount, runAtOnce, spin } from '@multiprocess/shared-memory';
import type { Coroutine, Thread } from '@multiprocess/shared-memory';
import { LostSeats } from './lost-seats.js';
import type { LookAtRing } from './lost-seats.js';
import { EVENTS, SEAT_BITS, seatIndex } from './pool-layout.js';
import { HOLDER, isUnderWay, SeatTable } from './seat-table.js';

// Why no wake is lost: a caller that needs a chunk announces itself in EVENTS, looks at every seat once more, and then sleeps; a seat
// becomes free first and EVENTS is looked at second (see event-count.ts). A sleeper also waits for the life word of one of those that
// have chunks, another one after each look, and looks again every 100 ms (blocked) or every second (async): so it notices every death,
// every message that is lost, and a wake that a killed waiter had received. A woken caller that gives up passes the wake on.

/** A search for lost chunks looks at every seat and opens rings: it is made so often at most, or when a holder has died. */
const SEARCH_EVERY_MS = 20;

/** What is asked by a search for lost chunks. */
export interface SearchOptions {
  /** Called at the beginning of each search. */
  readonly begin: () => void;
  /** Looks at rings, each once a search. */
  readonly newLook: () => LookAtRing;
}

/** Takes chunks, waiting for one where it has to, and gives them back. */
export class ChunkSupply {
  readonly seats: SeatTable;
  readonly #words: Int32Array;
  readonly #thread: Thread;
  readonly #events: EventCount;
  readonly #lost: LostSeats;
  readonly #options: SearchOptions;
  #searchedAt = -Infinity;

  constructor(words: Int32Array, chunks: number, thread: Thread, options: SearchOptions) {
    this.seats = new SeatTable(words, chunks, thread);
    this.#words = words;
    this.#thread = thread;
    this.#events = new EventCount(words, EVENTS, thread.parker);
    this.#lost = new LostSeats(words, this.seats, thread);
    this.#options = options;
  }

  /** Takes a chunk if that needs no wait. @returns its seat; -1 if none is free */
  tryTake(byteLength: number): number {
    const seat = this.seats.tryEnter(() => this.seats.take(byteLength));
    if (seat !== undefined && seat >= 0) return seat;
    if (seat !== undefined && !this.#isDue) return -1;
    return runAtOnce(this.#thread.parker, this.#takingNow(byteLength, this.#isDue)) ?? -1;
  }

  /** Takes a chunk, waiting until one is free. */
  *taking(byteLength: number): Coroutine<number> {
    const { nextSeat } = this.seats;
    yield spin(this.#words, seatIndex(nextSeat) + HOLDER, this.seats.holder(nextSeat));
    let seat = yield* this.seats.entering(() => this.seats.take(byteLength));
    let slept = false;
    try {
      let hasDied = false;
      for (let looks = 0; seat < 0; looks++) {
        const request = this.#events.announce(); // and look once more
        seat = yield* this.#takingNow(byteLength, this.#isDue || hasDied);
        if (seat >= 0) break;
        const owner = this.#someOwner(looks);
        hasDied = owner !== 0 && this.#thread.isDead(owner);
        if (hasDied) continue; // what it has is free after a search
        slept = true;
        yield { ...request, owner };
        hasDied = owner !== 0 && this.#thread.isDead(owner);
      }
      return seat;
    } finally {
      if (slept && seat < 0 && this.seats.free > 0) this.#events.notify(1); // this caller gives up: its wake must go to another
    }
  }

  /** Frees the chunks of threads that have died, and those in lost messages. */
  *searching(): Coroutine<true> {
    this.#options.begin();
    yield* this.seats.entering(() => {
      this.#search();
    });
    return true;
  }

  /** The same, if that needs no wait. */
  trySearch(): void {
    this.seats.tryEnter(() => {
      this.#search();
    });
  }

  /** Gives a seat of this thread back. */
  giveBack(seat: number): void {
    if (this.seats.giveBack(seat)) this.#events.notify(1);
  }

  /** The message of a buffer is lost. */
  lose(seat: number, ticket: number): void {
    if (this.seats.lose(seat, ticket)) this.#events.notify(1);
  }

  get #isDue(): boolean {
    return clock.now() - this.#searchedAt >= SEARCH_EVERY_MS;
  }

  /** Takes a chunk that is free, or that `searches` frees. */
  *#takingNow(byteLength: number, searches: boolean): Coroutine<number> {
    if (searches) this.#options.begin();
    return yield* this.seats.entering(() => {
      const seat = this.seats.take(byteLength);
      if (seat >= 0 || !searches) return seat;
      this.#search();
      return this.seats.take(byteLength);
    });
  }

  /** Under MUTEX. */
  #search(): void {
    const look = this.#options.newLook();
    const now = clock.sinceEpoch();
    this.seats.some((seat) => {
      if (this.#lost.free(seat, now, look)) this.#events.notify(1);
      return false;
    });
    this.#searchedAt = clock.now();
  }

  /**
   * A thread whose end could free a chunk, of another one at each look, so that the end of each is noticed; 0 if there is none, as for a
   * message in a queue whose sender is dead: to wait for that would not be to sleep.
   */
  #someOwner(looks: number): number {
    const seat = (looks % this.seats.chunks) << SEAT_BITS;
    const owner = this.seats.ownerOf(seat);
    const isOrphan = isUnderWay(this.seats.holder(seat)) && this.#thread.isDead(owner);
    return owner <= 0 || isOrphan ? 0 : owner;
  }
}
