import { EventCount, ownerIn, OwnerMutex } from '@multiprocess/shared-memory';
import type { Coroutine, ObjectState, Peek, Thread } from '@multiprocess/shared-memory';
import { ReaderSlots } from './reader-slots.js';

// Words, from `index` on:
//   MUTEX     an owner mutex: of the thread that writes, or that will write when the readers there are have left. New readers
//             wait while it is held. Readers take it for some instructions to let those go on that a dead writer kept waiting
//   WRITER    owner id of the thread that writes, stored when no thread reads, and 0 again before MUTEX is released. A thread
//             that dies meanwhile leaves its id until the next one writes: what it wrote may be half-changed
//   ADMITTED  an eventcount: "readers that waited may read, or MUTEX has been released"
//   LEFT      an eventcount: "a thread has stopped reading"
//   slots     of readers; see reader-slots.ts
//
// Why none reads while another writes: a reader first takes a slot and then looks at MUTEX; a writer first takes MUTEX and then
// looks at the slots (T. J. Dekker's way). Atomics are sequentially consistent, so one of the two sees the other. A reader that
// sees a writer takes its slot back to one that waits; a writer that sees a reader waits until it has left.
//
// Phase-fair (B. B. Brandenburg and J. H. Anderson, 2010): whichever thread releases MUTEX first lets all readers read that wait.
// So a reader waits for one writer at most, however many there are, and a writer for the readers that were there before it.
// Among writers a newcomer can overtake a waiter that is just waking up.
//
// Why no wake is lost. A reader announces itself in ADMITTED, looks at its slot and at MUTEX, and then sleeps; MUTEX is released
// after the slots were written, and ADMITTED is looked at last. A writer that has MUTEX announces itself in LEFT, looks at the
// slots, and then sleeps; a reader frees its slot first and looks at LEFT second. For writers that wait for MUTEX, see
// owner-mutex.ts. Sleepers also wait for the life word of the writer, or of one of the readers, another one after each look;
// a writer that takes MUTEX over from a dead one wakes the readers, so that they wait for its own life word.
// A killed thread leaves MUTEX to the next one, be it a writer or a reader, and its slot counts as free. If it was killed before
// a wake that it owed, the sleepers find the change by its life word, or look again after 100 ms (blocked) or a second (async).
const MUTEX = 0;
const WRITER = 1;
const ADMITTED = 2;
const LEFT = 3;
const SLOTS = 4;
const NONE = 0;

/** Many threads read, or one writes. */
export class SharedMutex {
  static readonly WORDS = SLOTS + ReaderSlots.WORDS;
  readonly #words: Int32Array;
  readonly #writer: number;
  readonly #thread: Thread;
  readonly #mutex: OwnerMutex;
  readonly #admitted: EventCount;
  readonly #left: EventCount;
  readonly #slots: ReaderSlots;
  /** Waits to read that were begun through this object, and the last of those that were begun when a wait was over. */
  #begun = 0;
  #admittedUpTo = 0;

  constructor(words: Int32Array, index: number, thread: Thread) {
    this.#words = words;
    this.#writer = index + WRITER;
    this.#thread = thread;
    this.#mutex = new OwnerMutex(words, index + MUTEX, thread);
    this.#admitted = new EventCount(words, index + ADMITTED, thread.parker);
    this.#left = new EventCount(words, index + LEFT, thread.parker);
    this.#slots = new ReaderSlots(words, index + SLOTS, thread);
  }

  /** Its state, read from outside. */
  static look(peek: Peek, index: number): ObjectState {
    const [mutex = 0, writer = 0] = peek(index, SLOTS);
    if (writer !== NONE && ownerIn(mutex) === writer) return { owners: [writer], state: 'one writes' };
    const readers = ReaderSlots.look(peek, index + SLOTS);
    if (readers.length === 0) return { owners: [ownerIn(mutex)] };
    return { owners: readers, state: readers.length === 1 ? 'one thread reads' : `${readers.length} threads read` };
  }

  /** Owner id of the thread that writes, dead or alive; 0 if none does. */
  get writer(): number {
    const writer = Atomics.load(this.#words, this.#writer);
    return this.#mutex.owner === writer ? writer : NONE;
  }

  /** How many shares living threads have: how often they have begun to read and not stopped. */
  get readers(): number {
    return this.#slots.shares;
  }

  /** Whether the last writer died while it wrote. Only for a thread that reads. */
  get isAbandoned(): boolean {
    return Atomics.load(this.#words, this.#writer) !== NONE;
  }

  /** Whether this thread writes, or will when the readers there are have left. */
  get isMine(): boolean {
    return this.#mutex.owner === this.#thread.self;
  }

  /** Whether this thread reads. */
  get readsHere(): boolean {
    return this.#slots.own !== undefined;
  }

  /** Begins to read if no thread writes or waits to write. Never waits. @throws {@link OutOfMemoryError} See {@link reading}. */
  tryRead(): boolean {
    if (this.#mutex.owner !== NONE && !this.#tryRelieve()) return false;
    const slot = this.#slots.take();
    if (this.#mutex.owner === NONE) return true;
    this.#stopReading(slot);
    return false;
  }

  /** Begins to read once more if this thread reads already, also while a writer waits. Never waits. */
  tryReadAgain(): boolean {
    return this.#slots.tryShare();
  }

  /** A ticket for {@link reading}: those with one may all go on when the first may. */
  beginWait(): number {
    return ++this.#begun;
  }

  /**
   * Begins to read, waiting while a thread writes.
   *
   * @param ticket what {@link beginWait} returned
   * @returns whether the last writer died while it wrote
   * @throws {@link OutOfMemoryError} if too many threads read or wait to.
   */
  *reading(ticket: number): Coroutine<boolean> {
    const isAdmitted = ticket <= this.#admittedUpTo && this.#slots.tryShare();
    if (isAdmitted || this.tryRead()) return this.isAbandoned;
    const slot = this.#slots.await();
    let reads: boolean | undefined;
    try {
      for (let looks = 0; ; looks++) {
        const request = looks === 0 ? this.#slots.spinning(slot) : this.#admitted.announce();
        reads = this.#slots.enter(slot) || (this.#tryRelieve() && this.#slots.enter(slot));
        if (reads) break;
        yield { ...request, owner: this.#mutex.owner };
      }
    } finally {
      if (reads !== true) {
        this.#slots.free(slot);
        this.#left.notifyAll(); // its turn may have come meanwhile
      }
    }
    this.#admittedUpTo = this.#begun;
    return this.isAbandoned;
  }

  /** Stops reading, once. @returns false if this thread does not read */
  stopReading(): boolean {
    const slot = this.#slots.own;
    if (slot !== undefined) this.#stopReading(slot);
    return slot !== undefined;
  }

  /**
   * Begins to write if no thread reads or writes. Never waits.
   *
   * @returns whether the last writer died while it wrote; undefined if it does not begin
   */
  tryWrite(): boolean | undefined {
    if (this.#slots.reader(0) !== undefined) return undefined; // without keeping other readers out for a moment
    if (!this.#mutex.tryLock() && !this.#tryTakeOver()) return undefined;
    if (this.#slots.reader(0) === undefined) return this.#write();
    this.#release();
    return undefined;
  }

  /**
   * Begins to write, waiting while others read or write.
   *
   * @returns whether the last writer died while it wrote
   */
  *writing(): Coroutine<boolean> {
    if (yield* this.#mutex.locking()) this.#admitted.notifyAll();
    let writes: boolean | undefined;
    try {
      for (let looks = 0; ; looks++) {
        const announced = looks === 0 ? undefined : this.#left.announce();
        const reader = this.#slots.reader(looks);
        writes = reader === undefined;
        if (reader === undefined) return this.#write();
        yield announced === undefined ? reader : { ...announced, owner: reader.owner };
      }
    } finally {
      if (writes !== true) this.#release();
    }
  }

  /** Stops writing. @returns false if this thread does not write */
  stopWriting(): boolean {
    if (Atomics.load(this.#words, this.#writer) !== this.#thread.self) return false;
    Atomics.store(this.#words, this.#writer, NONE);
    this.#release();
    return true;
  }

  #write(): boolean {
    const wasAbandoned = this.isAbandoned;
    Atomics.store(this.#words, this.#writer, this.#thread.self);
    return wasAbandoned;
  }

  #stopReading(slot: number): void {
    if (this.#slots.giveBack(slot)) this.#left.notifyAll();
  }

  /** Lets readers go on that wait for no living writer. @returns whether there was none */
  #tryRelieve(): boolean {
    if (!this.#mutex.tryLock() && !this.#mutex.tryTakeOver()) return false;
    this.#release();
    return true;
  }

  #tryTakeOver(): boolean {
    if (!this.#mutex.tryTakeOver()) return false;
    this.#admitted.notifyAll();
    return true;
  }

  #release(): void {
    this.#slots.admitAll();
    this.#mutex.unlock();
    this.#admitted.notifyAll();
  }
}
