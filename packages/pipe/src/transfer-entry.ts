import type { Transfer } from '@multiprocess/shared-memory';
import type { EntryName } from './end-table.js';
import type { EndLease } from './end-lease.js';

/** An end of a pipe on its way in a message: keeps the pipe until somebody else has it. */
export class TransferEntry implements Transfer {
  readonly #hold: EndLease;
  readonly #name: EntryName;
  #isSettled = false;

  constructor(hold: EndLease, name: EntryName) {
    this.#hold = hold;
    this.#name = name;
    hold.pipe.retain();
  }

  get hasArrived(): boolean {
    return this.#isSettled || !this.#hold.pipe.table(this.#hold.end).isTicket(this.#name);
  }

  cancel(): void {
    if (this.#isSettled) return;
    this.#hold.pipe.change(this.#hold.end, (table) => {
      this.#hold.takeBack();
      table.leave(this.#name);
    });
    this.settle();
  }

  lose(): void {
    if (!this.#isSettled) this.#hold.pipe.leave(this.#hold.end, this.#name);
  }

  settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#hold.pipe.release();
  }
}
