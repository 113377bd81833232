import type { Carrier, Transfer } from '@multiprocess/shared-memory';
import type { PoolMemory } from './pool-memory.js';

/** The buffer that a transfer is of, as far as the transfer needs it. */
export interface GivenBuffer {
  /** The message was not sent: it is usable here again. */
  reopen(): void;
  /** It is given away for good. */
  settle(): void;
}

/** A buffer on its way in a message. Once the message is in a ring, any thread can tell what becomes of it. */
export class LoanTransfer implements Transfer {
  readonly #memory: PoolMemory;
  readonly #seat: number;
  readonly #ticket: number;
  readonly #buffer: GivenBuffer;
  #isAboard = false;
  #isSettled = false;

  constructor(memory: PoolMemory, seat: number, ticket: number, buffer: GivenBuffer) {
    this.#memory = memory;
    this.#seat = seat;
    this.#ticket = ticket;
    this.#buffer = buffer;
  }

  get hasArrived(): boolean {
    return this.#isSettled || !this.#memory.seats.isWaiting(this.#seat, this.#ticket);
  }

  board(carrier: Carrier): void {
    this.#isAboard = this.#memory.board(this.#seat, carrier);
  }

  sent(): void {
    if (!this.#isAboard) return;
    this.#memory.seats.noteAboard(this.#seat, this.#ticket);
    this.settle();
  }

  cancel(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    if (this.#memory.seats.takeBack(this.#seat, this.#ticket)) this.#buffer.reopen();
    else this.#buffer.settle();
  }

  lose(): void {
    if (!this.#isSettled) this.#memory.supply.lose(this.#seat, this.#ticket);
  }

  settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#buffer.settle();
  }
}
