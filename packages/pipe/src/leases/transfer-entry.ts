import type { Transfer } from '@multiprocess/shared-memory';
import type { EntryName } from '../words/end-table.js';
import type { End } from '../words/pipe-layout.js';
import type { PipeSegment } from '../words/pipe-segment.js';

/** The lease of the connection that gives its end away. */
interface GivenLease {
  readonly pipe: PipeSegment;
  readonly end: End;
  /** The entry was never sent. Called within a change of the table. */
  takeBack(): void;
}

/** An end of a pipe on its way in a message. Keeps the pipe open until the receiver has it. */
export class TransferEntry implements Transfer {
  readonly #lease: GivenLease;
  readonly #name: EntryName;
  #isSettled = false;

  constructor(lease: GivenLease, name: EntryName) {
    this.#lease = lease;
    this.#name = name;
    lease.pipe.retain();
  }

  get hasArrived(): boolean {
    return this.#isSettled || !this.#lease.pipe.table(this.#lease.end).isTransfer(this.#name);
  }

  cancel(): void {
    if (this.#isSettled) return;
    this.#lease.pipe.change(this.#lease.end, (table) => {
      this.#lease.takeBack();
      table.leave(this.#name);
    });
    this.settle();
  }

  lose(): void {
    if (!this.#isSettled) this.#lease.pipe.leave(this.#lease.end, this.#name);
  }

  settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#lease.pipe.release();
  }
}
