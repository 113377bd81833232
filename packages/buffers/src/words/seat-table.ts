import { CorruptSegmentError, OwnerMutex } from '@multiprocess/shared-memory';
import type { Coroutine, Thread } from '@multiprocess/shared-memory';
import { chunkIndex, HIGH, LENGTH, MUTEX, SEAT_BITS, seatIndex, SEATS } from './pool-layout.js';

// A seat stands for one SharedBuffer: a thread that has the chunk, or a message that it is in. A chunk is free if none of its
// seats is taken. The words of a seat:
//   HOLDER   0: free
//            an owner id: the thread with that id has the buffer
//            bit 31 and a ticket: the buffer is on its way in the message that has the ticket
//   SERIAL   the ticket that was given out last, 31 bits. Written by the holder before it hands the buffer over
//   SENDER   owner id of the thread that handed it over. Written likewise
//   CARRIER  the ring that it was put into, plus one; 0 if it goes another way, or is not put yet. Written by the sender while the
//            buffer is on its way, before the message is published
//   ABOARD   the highest ticket whose message is known to be published. Written by senders after the publication; only grows, so
//            that a sender that was stopped in between and writes late changes nothing
//   LOOKED, ORDINAL, SINCE   what the threads that look after lost messages know; see lost-seats.ts. Written under MUTEX
//
// Each step is one compare-exchange of HOLDER:
//   0 -> id            lent, under MUTEX, in a chunk whose seats are all 0; or shared, under MUTEX, by a thread that has another
//                      seat of the chunk
//   id -> ticket       handed over; back again if the message could not be sent
//   ticket -> id       received, by the thread that has the message. A message that is received a second time, an old one and
//                      one that was guessed carry a ticket that HOLDER does not have, so they get nothing
//   id -> 0            given back; by another thread, under MUTEX, once the holder is dead
//   ticket -> 0        the message is lost: its sender says so, or a thread that looks finds that it cannot arrive any more
//
// Why a chunk has one exclusive holder. It is lent only under MUTEX, when all its seats are 0. Seats become taken under MUTEX
// only, so that they are still 0 when the last has been looked at, and a seat that is taken belongs to one thread or one message.
//
// After a crash HOLDER says whose the buffer is, whatever else its holder was about to write: a dead thread's seat is free, a
// message is looked after by its ticket. SERIAL may have skipped a number. MUTEX guards no invariant that a death could break:
// HIGH is raised before HOLDER is taken.
export const HOLDER = 0;
const SERIAL = 1;
export const SENDER = 2;
export const CARRIER = 3;
export const ABOARD = 4;
export const LOOKED = 5;
export const ORDINAL = 6;
export const SINCE = 7;

export const FREE = 0;
const UNDER_WAY = 0x80000000 | 0;
const TICKET = 0x7fffffff;

/** Whether a HOLDER is a message; {@link ticketIn} has its ticket. */
export function isUnderWay(holder: number): boolean {
  return holder < 0;
}

/** The ticket in the HOLDER of a message. */
export function ticketIn(holder: number): number {
  return holder & TICKET;
}

/** Which buffers are whose. */
export class SeatTable {
  readonly #words: Int32Array;
  readonly #chunks: number;
  readonly #thread: Thread;
  readonly #mutex: OwnerMutex;
  /** The chunk after the one that this thread took last: the one that others have had for longest, as a rule. */
  #next = 0;

  constructor(words: Int32Array, chunks: number, thread: Thread) {
    this.#words = words;
    this.#chunks = chunks;
    this.#thread = thread;
    this.#mutex = new OwnerMutex(words, MUTEX, thread);
  }

  /** How many chunks there are. */
  get chunks(): number {
    return this.#chunks;
  }

  /** Whether there is a seat with that number. */
  has(seat: number): boolean {
    return seat < this.#chunks * SEATS;
  }

  /** Calls `visit` with the seats that may be taken, until it returns true. @returns whether it did */
  some(visit: (seat: number) => boolean): boolean {
    for (let chunk = 0; chunk < this.#chunks; chunk++) {
      const high = this.high(chunk);
      for (let i = 0; i < high; i++) if (visit((chunk << SEAT_BITS) + i)) return true;
    }
    return false;
  }

  /** How many chunks are free, not counting those that are lost and have not been looked after. */
  get free(): number {
    let free = 0;
    for (let chunk = 0; chunk < this.#chunks; chunk++) if (this.#isFree(chunk)) free++;
    return free;
  }

  /** The chunk that the next search begins with: its first seat changes when it is given back. */
  get nextSeat(): number {
    return this.#next << SEAT_BITS;
  }

  /** Seats of the chunk behind this number are free. */
  high(chunk: number): number {
    return Math.min(Math.max(0, Atomics.load(this.#words, chunkIndex(chunk) + HIGH)), SEATS);
  }

  holder(seat: number): number {
    return Atomics.load(this.#words, seatIndex(seat) + HOLDER);
  }

  /** The thread whose end could free the seat: who holds it, or has handed it over; 0 if there is none. */
  ownerOf(seat: number): number {
    const holder = this.holder(seat);
    return isUnderWay(holder) ? Atomics.load(this.#words, seatIndex(seat) + SENDER) : holder;
  }

  /** Runs `change` with MUTEX. Waits for others for some instructions only. */
  *entering<T>(change: () => T): Coroutine<T> {
    yield* this.#mutex.entering();
    try {
      return change();
    } finally {
      this.#mutex.unlock();
    }
  }

  /** Runs `change` with MUTEX if it is free. Never waits. */
  tryEnter<T>(change: () => T): T | undefined {
    if (!this.#mutex.tryLock()) return undefined;
    try {
      return change();
    } finally {
      this.#mutex.unlock();
    }
  }

  /** Lends a chunk that is free. Under MUTEX. @returns its first seat; -1 if there is none */
  take(byteLength: number): number {
    const chunk = this.#findFree();
    if (chunk < 0) return -1;
    this.#next = chunk + 1 < this.#chunks ? chunk + 1 : 0;
    const seat = chunk << SEAT_BITS;
    const at = chunkIndex(chunk);
    Atomics.store(this.#words, at + LENGTH, byteLength);
    Atomics.store(this.#words, at + HIGH, 1);
    Atomics.store(this.#words, seatIndex(seat) + HOLDER, this.#thread.self);
    return seat;
  }

  /** Takes another seat of the chunk in which this thread has one. Under MUTEX. @returns -1 if all are taken */
  share(seat: number): number {
    const chunk = seat >> SEAT_BITS;
    for (let i = 0; i < SEATS; i++) {
      const other = (chunk << SEAT_BITS) + i;
      if (this.holder(other) !== FREE && !this.freeIfDead(other)) continue;
      if (i >= this.high(chunk)) Atomics.store(this.#words, chunkIndex(chunk) + HIGH, i + 1);
      Atomics.store(this.#words, seatIndex(other) + HOLDER, this.#thread.self);
      return other;
    }
    return -1;
  }

  /** Bytes of the chunk that are lent. @throws {@link CorruptSegmentError} if they are not in the chunk. */
  byteLength(seat: number, chunkSize: number): number {
    const length = Atomics.load(this.#words, chunkIndex(seat >> SEAT_BITS) + LENGTH);
    if (length >= 0 && length <= chunkSize) return length;
    throw new CorruptSegmentError(`A chunk of ${chunkSize} bytes says that ${length} of them are lent`);
  }

  /**
   * Hands the buffer of this thread over: it is on its way until a thread has received it.
   *
   * @returns the ticket
   * @throws {@link CorruptSegmentError} if the seat is not this thread's.
   */
  handOver(seat: number): number {
    const at = seatIndex(seat);
    const ticket = (Atomics.load(this.#words, at + SERIAL) + 1) & TICKET;
    Atomics.store(this.#words, at + SERIAL, ticket);
    Atomics.store(this.#words, at + SENDER, this.#thread.self);
    Atomics.store(this.#words, at + CARRIER, 0);
    if (!this.#replace(seat, this.#thread.self, UNDER_WAY | ticket)) {
      throw new CorruptSegmentError('The chunk of this buffer says that another thread has it');
    }
    return ticket;
  }

  /** Says into which ring the message goes. Called before it is published. */
  board(seat: number, carrier: number): void {
    Atomics.store(this.#words, seatIndex(seat) + CARRIER, carrier + 1);
  }

  /** Says that the message is published. */
  noteAboard(seat: number, ticket: number): void {
    const index = seatIndex(seat) + ABOARD;
    for (;;) {
      const seen = Atomics.load(this.#words, index);
      if ((ticket - seen) << 1 <= 0) return; // 31 bits: the sign of their difference is in bit 30
      if (Atomics.compareExchange(this.#words, index, seen, ticket) === seen) return;
    }
  }

  /** Receives the buffer of a message. @returns false if this is not the message that it is in */
  arrive(seat: number, ticket: number): boolean {
    return this.#replace(seat, UNDER_WAY | ticket, this.#thread.self);
  }

  /** Whether the buffer is in that message still. */
  isWaiting(seat: number, ticket: number): boolean {
    return this.holder(seat) === (UNDER_WAY | ticket);
  }

  /** The message was not sent: this thread has the buffer again. @returns false if it has arrived */
  takeBack(seat: number, ticket: number): boolean {
    return this.#replace(seat, UNDER_WAY | ticket, this.#thread.self);
  }

  /** The message is lost. @returns false if the buffer has arrived */
  lose(seat: number, ticket: number): boolean {
    return this.#replace(seat, UNDER_WAY | ticket, FREE);
  }

  /** Gives the buffer of this thread back. @returns false if the thread does not have it */
  giveBack(seat: number): boolean {
    return this.#replace(seat, this.#thread.self, FREE);
  }

  /** Frees the seat of a dead thread. Under MUTEX. @returns whether it did */
  freeIfDead(seat: number): boolean {
    const holder = this.holder(seat);
    return holder > 0 && this.#thread.isDead(holder) && this.#replace(seat, holder, FREE);
  }

  #findFree(): number {
    for (let step = 0; step < this.#chunks; step++) {
      const near = this.#next + step;
      const chunk = near < this.#chunks ? near : near - this.#chunks;
      if (this.#isFree(chunk)) return chunk;
    }
    return -1;
  }

  #isFree(chunk: number): boolean {
    const high = this.high(chunk);
    for (let i = 0; i < high; i++) if (this.holder((chunk << SEAT_BITS) + i) !== FREE) return false;
    return true;
  }

  #replace(seat: number, seen: number, wanted: number): boolean {
    return Atomics.compareExchange(this.#words, seatIndex(seat) + HOLDER, seen, wanted) === seen;
  }
}
