import type { Thread } from '@multiprocess/shared-memory';
import { seatIndex } from './pool-layout.js';
import { ABOARD, CARRIER, isUnderWay, LOOKED, ORDINAL, SENDER, SINCE, ticketIn } from './seat-table.js';
import type { SeatTable } from './seat-table.js';

// What a message is waited for, and when it is given up. A message is put, taken, and then decoded, by which its buffer arrives.
//
//   not known to be put, sender alive   its sender knows, and tells
//   in a ring that is gone              lost: the queue or pipe went with its items
//   in a ring, put or its sender dead   the first look notes in ORDINAL how many items have been put by then, one of which is the
//                                       message, if it was put. Once as many have been taken, or the ring is shut and empty, or
//                                       the end of the pipe that it leads to is gone, the message was taken or thrown away, never
//                                       put, or will never be taken: it is lost unless it arrives soon
//   not in a ring, sender dead          lost unless it arrives soon
//
// ORDINAL and SINCE are of the message whose ticket is in LOOKED, which is written after them, all under MUTEX. After a crash they
// are of another message, or whole.

/**
 * How long a message may take from the ring, or from a dead sender, to its buffer's arrival. That takes microseconds, but the modules
 * that a message names are imported in between, and a receiver may be stopped. Too short a time would lose the buffer of a message
 * that is received all the same; its receiver would be told so.
 */
const ARRIVAL_MS = 5000;

/** What can be asked of a ring. */
export interface RingLook {
  /** Items ever put, and ever taken, as signed numbers modulo 2^32. */
  readonly puts: number;
  readonly takes: number;
  /** Whether no item will ever be taken out of it. */
  readonly isOver: boolean;
}

/** Looks at the ring with that number: undefined if it is not known, 'gone' if no process has it. */
export type LookAtRing = (carrier: number) => RingLook | 'gone' | undefined;

/** Finds the buffers whose messages cannot arrive any more. */
export class LostSeats {
  readonly #words: Int32Array;
  readonly #seats: SeatTable;
  readonly #thread: Pick<Thread, 'isDead'>;

  constructor(words: Int32Array, seats: SeatTable, thread: Pick<Thread, 'isDead'>) {
    this.#words = words;
    this.#seats = seats;
    this.#thread = thread;
  }

  /** Frees the seat if its holder is dead or its message is lost. Under MUTEX. @returns whether it did */
  free(seat: number, now: number, look: LookAtRing): boolean {
    const holder = this.#seats.holder(seat);
    if (!isUnderWay(holder)) return this.#seats.freeIfDead(seat);
    const ticket = ticketIn(holder);
    return this.#isLost(seatIndex(seat), ticket, now, look) && this.#seats.lose(seat, ticket);
  }

  #isLost(at: number, ticket: number, now: number, look: LookAtRing): boolean {
    const isOrphan = this.#thread.isDead(Atomics.load(this.#words, at + SENDER));
    const isAboard = Atomics.load(this.#words, at + ABOARD) === ticket;
    if (!isOrphan && !isAboard) return false;
    const carrier = Atomics.load(this.#words, at + CARRIER);
    const ring = carrier > 0 ? look(carrier - 1) : undefined;
    if (ring === 'gone') return true;
    if (ring === undefined && !isOrphan) return false;
    if (Atomics.load(this.#words, at + LOOKED) !== ticket) this.#begin(at, ticket, ring?.puts ?? 0);
    const isOut =
      ring === undefined || ring.isOver || ((ring.takes - Atomics.load(this.#words, at + ORDINAL)) | 0) >= 0;
    return isOut && this.#isOverdue(at, now);
  }

  #begin(at: number, ticket: number, puts: number): void {
    Atomics.store(this.#words, at + ORDINAL, puts);
    Atomics.store(this.#words, at + SINCE, 0);
    Atomics.store(this.#words, at + LOOKED, ticket);
  }

  /** Notes when it was first asked. */
  #isOverdue(at: number, milliseconds: number): boolean {
    const now = milliseconds & 0x7fffffff || 1;
    const since = Atomics.load(this.#words, at + SINCE);
    if (since === 0) Atomics.store(this.#words, at + SINCE, now);
    return since !== 0 && (now < since || now - since > ARRIVAL_MS);
  }
}
