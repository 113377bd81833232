import { SegmentObject } from '@multiprocess/shared-memory';
import type { Description, NameOptions, ObjectMemory, OwnerDescription, Thread } from '@multiprocess/shared-memory';
import { attachHandle, registerClass } from '../object/attach.js';
import { sizedMemory } from '../object/sized-memory.js';
import { MAX_READERS } from '../words/reader-slots.js';
import { SharedMutex } from '../words/shared-mutex.js';
import { ReadLock } from './read-lock.js';
import { WriteLock } from './write-lock.js';

const KIND = 'sync.RWLock';

// Layout: a shared mutex. For its state after a crash, and why no wake is lost, see shared-mutex.ts.
const MUTEX = 0;
const BYTES = SharedMutex.WORDS * 4;

/** How to create an {@link RWLock}. */
export type RWLockOptions = NameOptions;

/**
 * A lock for readers and writers: many processes and threads read at the same time, or one writes.
 *
 * Phase-fair: a reader that arrives while a writer waits lets that writer go first, and then goes before the next one. So neither
 * readers nor writers can keep the others waiting for ever. Among writers a newcomer can overtake a waiter that is just waking up.
 *
 * It belongs to threads. When a reader ends, for whatever reason, its shares are given back. When a writer ends, the next one takes
 * the lock over within 200 ms and finds {@link ownerDied} true: every reader until the next writer, and that one.
 *
 * A thread may read several times. It cannot write while it reads: `writeLock.acquireSync()` throws a `DeadlockError`, and an
 * awaited `writeLock.acquire()` waits until all of the thread's shares have been released.
 *
 * @example
 * ```ts source="../sync.examples.ts#rwlock"
 * using table = new RWLock({ name: 'table' });
 *
 * const rows = await table.readLock.run(() => read('any number of readers at a time'));
 *
 * await table.writeLock.run(async () => {
 *   if (table.ownerDied) await write('the last writer died with it: check what it left');
 *   await write(`one writer, and no reader meanwhile, after ${rows}`);
 * });
 * ```
 */
export class RWLock extends SegmentObject<ObjectMemory> {
  /** The most threads that read or wait to read at the same time. */
  static readonly MAX_READERS = MAX_READERS;

  /** To read: shared with other readers. */
  readonly readLock: ReadLock;
  /** To write: alone. */
  readonly writeLock: WriteLock;
  readonly #mutex: SharedMutex;
  readonly #thread: Thread;
  #ownerDied = false;

  /**
   * Creates a lock, or attaches to the one of the same name.
   *
   * @throws {@link HandleError} if the name is taken by something else.
   * @throws {@link OutOfMemoryError} if shared memory is full.
   */
  constructor(options?: RWLockOptions);
  /** @internal */
  constructor(memory: ObjectMemory);
  constructor(from: RWLockOptions | ObjectMemory = {}) {
    const memory = sizedMemory(from, KIND, BYTES);
    super(memory);
    this.#thread = memory.thread;
    this.#mutex = new SharedMutex(memory.words, memory.firstWord + MUTEX, memory.thread);
    const viewed = { open: () => this.#open(), parker: memory.thread.parker };
    const onTaken = (ownerDied: boolean): void => {
      this.#ownerDied = ownerDied;
    };
    this.readLock = new ReadLock(viewed, onTaken);
    this.writeLock = new WriteLock(viewed, onTaken);
  }

  /**
   * The lock that a handle stands for.
   *
   * @throws {@link HandleError} if it stands for something else, or no living process has it.
   */
  static attach(handle: string): RWLock {
    return new RWLock(attachHandle(handle, KIND));
  }

  /** How often living threads read: the shares of the read lock that are taken. May be out of date when it is read. */
  get readers(): number {
    return this.#open().readers;
  }

  /** The thread that writes; undefined if none does, or it has died. */
  get owner(): OwnerDescription | undefined {
    return this.#thread.describe(this.#open().writer);
  }

  /**
   * Whether the last acquire through this object, to read or to write, found that a writer had died: what it wrote may be
   * half-changed.
   */
  get ownerDied(): boolean {
    return this.#ownerDied;
  }

  /** Makes pending calls keep the event loop alive, as they do from the start. */
  ref(): this {
    for (const { waits } of [this.readLock, this.writeLock]) waits.ref();
    return this;
  }

  /** Lets the process end although a call is pending. */
  unref(): this {
    for (const { waits } of [this.readLock, this.writeLock]) waits.unref();
    return this;
  }

  /**
   * Closes the object in this thread; other threads keep it. Pending calls throw `ClosedError`; what this thread holds it keeps
   * until it ends. Idempotent.
   */
  override close(): void {
    if (this.isOpen) {
      for (const { waits } of [this.writeLock, this.readLock]) waits.dismiss(() => this.closedError());
    }
    super.close();
  }

  /** @internal */
  protected override describeOpen(): Description {
    return { readers: this.readers, owner: this.owner };
  }

  #open(): SharedMutex {
    this.openSegment();
    return this.#mutex;
  }
}

registerClass(KIND, RWLock, (peek) => SharedMutex.look(peek, MUTEX));
