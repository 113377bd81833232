import { formatHandle, HandleError, parseHandle } from '@multiprocess/shared-memory';
import type { EntryName } from '../words/end-table.js';
import type { LostLease } from './lost-lease.js';
import { MAX_ENTRIES, TRANSFER } from '../words/pipe-layout.js';
import type { End } from '../words/pipe-layout.js';
import { KIND, PipeSegment } from '../words/pipe-segment.js';
import { TransferEntry } from './transfer-entry.js';

// What a handle says of a connection: segment, end, and the entry that stands for the process that attaches.
const REFERENCE = /^([^/]+)\/([01])\/(\d{1,3})\/(\d{1,10})$/;

/** What keeps one end of a pipe open: the entry of one connection. */
export class EndLease {
  readonly pipe: PipeSegment;
  readonly end: End;
  readonly name: EntryName;
  #isUsed = false;
  #timesHanded = 0;
  #isReleased = false;

  private constructor(pipe: PipeSegment, end: End, name: EntryName) {
    this.pipe = pipe.retain();
    this.end = end;
    this.name = name;
  }

  /** What to release when its connection is dropped without `close()`. */
  get lost(): LostLease {
    return { reference: this.pipe.reference, end: this.end, name: this.name };
  }

  /** Leases an end of a new pipe. */
  static first(pipe: PipeSegment, end: End): EndLease {
    const name = pipe.change(end, (table) => table.join(0));
    return new EndLease(pipe, end, name);
  }

  /** Leases the end that a handle leads to. @throws {@link HandleError} if no process has it, or too many do. */
  static attach(reference: string, kind: string): EndLease {
    const match = REFERENCE.exec(reference);
    const [, segment = '', end, entry, number] = match ?? [];
    if (match === null || Number(entry) >= MAX_ENTRIES) {
      throw new HandleError(`${JSON.stringify(reference)} leads to no end of a pipe`);
    }
    const pipe = PipeSegment.attach(segment, kind);
    try {
      const which = Number(end) as End;
      const name = pipe.change(which, (table) => table.arrive({ entry: Number(entry), number: Number(number) }));
      return new EndLease(pipe, which, name);
    } catch (error) {
      pipe.release();
      throw error;
    }
  }

  /** Leases the end that a handle stands for. Throws what {@link attach} throws. */
  static of(handle: string): EndLease {
    const { kind, reference } = parseHandle(handle);
    return EndLease.attach(reference, kind);
  }

  /**
   * Call it before you use the end: from now on it counts as held here, even if it was given away.
   *
   * @throws {@link ClosedError} if it was given away and is gone.
   */
  use(): void {
    if (this.#isUsed) return;
    if (this.#timesHanded > 0) this.pipe.change(this.end, (table) => table.markUsed(this.name));
    this.#isUsed = true;
  }

  /** The handle for one process to attach by; the same string each time. */
  handle(): string {
    this.#timesHanded++;
    this.pipe.change(this.end, (table) => {
      table.addHandle(this.name);
      table.markHanded(this.name, this.#isUsed);
    });
    return this.#format(this.name);
  }

  /** The handle for one message, with what stands for its receiver meanwhile. */
  handOver(): { handle: string; entry: TransferEntry } {
    this.#timesHanded++;
    const name = this.pipe.change(this.end, (table) => {
      const made = table.join(TRANSFER);
      table.markHanded(this.name, this.#isUsed);
      return made;
    });
    return { handle: this.#format(name), entry: new TransferEntry(this, name) };
  }

  /** The entry was never sent. Called within a change of the table. */
  takeBack(): void {
    if (--this.#timesHanded === 0) this.pipe.table(this.end).unmarkHanded(this.name);
  }

  /** Lets go of the end. Idempotent. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    try {
      this.pipe.leave(this.end, this.name);
    } finally {
      this.pipe.release();
    }
  }

  #format({ entry, number }: EntryName): string {
    return formatHandle(KIND, `${this.pipe.reference}/${this.end}/${entry}/${number}`);
  }
}
