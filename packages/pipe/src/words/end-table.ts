import { clock, ClosedError, HandleError, OwnerMutex } from '@multiprocess/shared-memory';
import type { Coroutine, Thread } from '@multiprocess/shared-memory';
import {
  CHANGES,
  COUNT,
  endIndex,
  entryIndex,
  FLAGS,
  GONE,
  HANDED,
  HIGH,
  MAX_ENTRIES,
  MUTEX,
  NUMBER,
  OWNER,
  SERIAL,
  STATE,
  TRANSFER,
  USED,
} from './pipe-layout.js';
import type { End } from './pipe-layout.js';

/** How long an end that is on its way counts as held after its sender has died. */
const GRACE_MS = 2000;

/** Where an entry is, and which one of those that were ever there. */
export interface EntryName {
  readonly entry: number;
  readonly number: number;
}

/** The threads that hold one end of a pipe; see pipe-layout.ts. Changes are made within {@link entering}. */
export class EndTable {
  readonly #words: Int32Array;
  readonly #end: End;
  readonly #base: number;
  readonly #thread: Thread;
  readonly #mutex: OwnerMutex;

  constructor(words: Int32Array, end: End, thread: Thread) {
    this.#words = words;
    this.#end = end;
    this.#base = endIndex(end);
    this.#thread = thread;
    this.#mutex = new OwnerMutex(words, this.#base + MUTEX, thread);
  }

  /** Whether no thread holds it, for ever. */
  get isGone(): boolean {
    return Atomics.load(this.#words, this.#base + STATE) === GONE;
  }

  /** A number that moves on with every change. */
  get changes(): number {
    return Atomics.load(this.#words, this.#base + CHANGES);
  }

  /** Whether the entry is still a transfer of this thread. */
  isTransfer({ entry, number }: EntryName): boolean {
    const at = this.#at(entry);
    return this.#isMine(at, number) && (Atomics.load(this.#words, at + FLAGS) & TRANSFER) !== 0;
  }

  /** Runs `change` with the table to itself. Waits for others for some instructions only. */
  *entering<T>(change: () => T): Coroutine<T> {
    yield* this.#mutex.entering();
    try {
      return change();
    } finally {
      this.#mutex.unlock();
    }
  }

  /**
   * The owner id of a thread by which the end is held; 0 if it is on its way from a thread that has died; 'gone' if no
   * thread holds it, which is final.
   */
  look(): number | 'gone' {
    if (this.isGone) return 'gone';
    let isUnderWay = false;
    for (let entry = 0; entry < this.#high; entry++) {
      const at = this.#at(entry);
      const owner = Atomics.load(this.#words, at + OWNER);
      if (owner === 0) continue;
      if (!this.#thread.isDead(owner)) {
        if (this.#counts(at)) return owner;
      } else if (this.#isOverdue(at)) Atomics.store(this.#words, at + OWNER, 0);
      else isUnderWay = true;
    }
    if (isUnderWay) return 0;
    Atomics.store(this.#words, this.#base + STATE, GONE);
    this.#changed();
    return 'gone';
  }

  /** Makes an entry of this thread. @throws {@link HandleError} if there is no room for another one, or the end is gone. */
  join(flags: number): EntryName {
    if (this.isGone) {
      throw new HandleError('This end of the pipe is gone: all that held it have closed it or ended');
    }
    const entry = this.#freeEntry();
    const at = this.#at(entry);
    const number = (Atomics.load(this.#words, this.#base + SERIAL) + 1) & 0x7fffffff;
    Atomics.store(this.#words, this.#base + SERIAL, number);
    Atomics.store(this.#words, at + NUMBER, number);
    Atomics.store(this.#words, at + FLAGS, flags);
    Atomics.store(this.#words, at + COUNT, 0);
    if (entry >= this.#high) Atomics.store(this.#words, this.#base + HIGH, entry + 1);
    Atomics.store(this.#words, at + OWNER, this.#thread.self);
    this.#changed();
    return { entry, number };
  }

  /** Makes the lease of a connection that attaches by a handle: out of the transfer that the handle names, if it does. */
  arrive(name: EntryName): EntryName {
    const at = this.#at(name.entry);
    const isThere =
      !this.isGone &&
      Atomics.load(this.#words, at + OWNER) !== 0 &&
      Atomics.load(this.#words, at + NUMBER) === name.number;
    if (!isThere) return this.join(0);
    if ((Atomics.load(this.#words, at + FLAGS) & TRANSFER) === 0) {
      const count = Atomics.load(this.#words, at + COUNT);
      if (count > 0) Atomics.store(this.#words, at + COUNT, count - 1);
      return this.join(0);
    }
    Atomics.store(this.#words, at + COUNT, 0);
    Atomics.store(this.#words, at + OWNER, this.#thread.self);
    Atomics.store(this.#words, at + FLAGS, 0);
    this.#changed();
    return name;
  }

  /** Frees an entry of this thread. Does nothing if that has been done. */
  leave({ entry, number }: EntryName): void {
    const at = this.#at(entry);
    if (!this.#isMine(at, number)) return;
    Atomics.store(this.#words, at + OWNER, 0);
    this.#changed();
  }

  /** Says of a lease of this thread that the end was given away, and whether it was used here before. */
  markHanded({ entry }: EntryName, used: boolean): void {
    const at = this.#at(entry);
    Atomics.or(this.#words, at + FLAGS, used ? HANDED | USED : HANDED);
    this.#changed();
  }

  /** Takes back {@link markHanded}. */
  unmarkHanded({ entry, number }: EntryName): void {
    const at = this.#at(entry);
    if (!this.#isMine(at, number)) return;
    Atomics.and(this.#words, at + FLAGS, ~HANDED);
    this.#changed();
  }

  /** Counts a handle by which a process is about to attach. */
  addHandle({ entry }: EntryName): void {
    Atomics.add(this.#words, this.#at(entry) + COUNT, 1);
    this.#changed();
  }

  /**
   * Says of a lease of this thread that the end is used here although it was given away.
   *
   * @throws {@link ClosedError} if it is gone.
   */
  markUsed({ entry }: EntryName): void {
    if (this.isGone) {
      throw new ClosedError(
        'This end was handed to other processes, and all of them have closed it or ended: it can no longer be used here',
      );
    }
    Atomics.or(this.#words, this.#at(entry) + FLAGS, USED);
    this.#changed();
  }

  get #high(): number {
    return Math.max(0, Math.min(Atomics.load(this.#words, this.#base + HIGH), MAX_ENTRIES));
  }

  #at(entry: number): number {
    return entryIndex(this.#end, entry);
  }

  #isMine(at: number, number: number): boolean {
    return (
      Atomics.load(this.#words, at + OWNER) === this.#thread.self && Atomics.load(this.#words, at + NUMBER) === number
    );
  }

  #counts(at: number): boolean {
    const flags = Atomics.load(this.#words, at + FLAGS);
    return (flags & (HANDED | USED)) !== HANDED || Atomics.load(this.#words, at + COUNT) > 0;
  }

  /** Whether the entry of a dead thread may be freed. Notes when it was first asked about a transfer. */
  #isOverdue(at: number): boolean {
    if ((Atomics.load(this.#words, at + FLAGS) & TRANSFER) === 0) return true;
    const now = clock.sinceEpoch() & 0x7fffffff || 1;
    const since = Atomics.load(this.#words, at + COUNT);
    if (since === 0) Atomics.store(this.#words, at + COUNT, now);
    return since !== 0 && (now < since || now - since > GRACE_MS);
  }

  #freeEntry(): number {
    const high = this.#high;
    for (let entry = 0; entry < high; entry++) {
      const owner = Atomics.load(this.#words, this.#at(entry) + OWNER);
      if (owner === 0 || (this.#thread.isDead(owner) && this.#isOverdue(this.#at(entry)))) return entry;
    }
    if (high < MAX_ENTRIES) return high;
    throw new HandleError(`${MAX_ENTRIES} connections hold this end of the pipe already: close some`);
  }

  #changed(): void {
    Atomics.add(this.#words, this.#base + CHANGES, 1);
  }
}
