import {
  ClosedError,
  describable,
  DESCRIBE,
  HAND_OVER,
  HandleError,
  markAsUncloneable,
  notByNew,
  noteTransfer,
  parseHandle,
  registerKind,
  SHARED_OBJECT,
} from '@multiprocess/shared-memory';
import type { Describable, Description, HandsOver, SharedObject } from '@multiprocess/shared-memory';
import type { ChunkView } from './memory/chunk-view.js';
import { LoanTransfer } from './memory/loan-transfer.js';
import { BUFFER_KIND, parseBuffer, PoolMemory } from './memory/pool-memory.js';
import type { ViewType, ViewTypes } from './memory/typed-views.js';

type State = 'open' | 'closed' | 'given';

/**
 * A chunk of a {@link BufferPool}, lent to this thread until it closes it or hands it over.
 *
 * Put into a queue, sent through a pipe, or given to a process, a task, or a manager, it is handed over, and nothing is copied: the
 * receiver has it, and using it here throws `ClosedError`. If the message cannot be sent, it stays here. When its holder dies,
 * however it does, when a message is lost, and when nothing refers to its memory any more, it goes back to the pool by itself.
 *
 * Views that were taken of its memory stay usable in JavaScript after it was closed or handed over, and then show, or damage, what its
 * next holder writes: do not keep them.
 */
export class SharedBuffer implements SharedObject, HandsOver, Describable {
  readonly #memory: PoolMemory;
  readonly #seat: number;
  readonly #view: ChunkView;
  #state: State = 'open';
  /** Of a handle that was taken: the seat and the ticket that stand for who attaches. */
  #handed: { readonly seat: number; readonly ticket: number } | undefined;

  /** @internal */
  constructor(memory: PoolMemory, seat: number) {
    if (!(memory instanceof PoolMemory))
      throw notByNew('A SharedBuffer', 'use await pool.loan() of a BufferPool, or attach() to a handle');
    this.#memory = memory;
    this.#seat = seat;
    try {
      this.#view = memory.viewFor(seat);
    } catch (error) {
      memory.supply.giveBack(seat);
      throw error;
    }
    memory.retain();
    markAsUncloneable(this);
  }

  static {
    Object.defineProperty(this.prototype, SHARED_OBJECT, { value: true });
    describable(this.prototype);
  }

  /**
   * The buffer that a handle stands for: once, for one caller.
   *
   * @throws {@link HandleError} if it stands for something else, was used already, or the buffer is back in its pool.
   */
  static attach(handle: string): SharedBuffer {
    const { kind, reference } = parseHandle(handle);
    if (kind !== BUFFER_KIND) throw new HandleError(`The handle stands for a ${kind}, not for a ${BUFFER_KIND}`);
    return arrive(reference);
  }

  /** Whether it was closed here, or handed over. */
  get closed(): boolean {
    return this.#state !== 'open';
  }

  /** How many bytes are lent. */
  get byteLength(): number {
    return this.#opened().bytes.length;
  }

  /** The memory, written in place. What it holds at first is what its last holder left. */
  get bytes(): Uint8Array<SharedArrayBuffer> {
    return this.#opened().bytes;
  }

  /** The same memory as a `Buffer` of Node. */
  get buffer(): Buffer<SharedArrayBuffer> {
    return this.#opened().nodeBuffer;
  }

  /**
   * The same memory as a typed array, of as many whole values as there are. The same array each time.
   *
   * @throws {@link TypeError} if there is no such type.
   */
  as<T extends ViewType>(type: T): ViewTypes[T] {
    return this.#opened().as(type);
  }

  /**
   * A handle by which one other thread gets a buffer over the same memory, as by {@link share}; the same string until it was used.
   * Taking it keeps this buffer until it is closed or handed over, which makes the handle void, or the thread ends.
   *
   * @throws {@link HandleError} if 16 buffers share the memory already.
   */
  get handle(): string {
    this.#opened();
    const { seats, handlePrefix } = this.#memory;
    if (this.#handed === undefined || !seats.isWaiting(this.#handed.seat, this.#handed.ticket)) {
      const seat = this.#memory.share(this.#seat);
      this.#handed = { seat, ticket: seats.handOver(seat) };
      kept.add(this);
    }
    return `${handlePrefix}${this.#handed.seat}/${this.#handed.ticket}`;
  }

  /**
   * Another buffer over the same memory, for one more reader: it is closed, or handed over, for itself. The chunk is free when all are
   * closed. Who writes while others read must agree with them.
   *
   * @throws {@link HandleError} if 16 buffers share the memory already.
   */
  share(): SharedBuffer {
    this.#opened();
    return new SharedBuffer(this.#memory, this.#memory.share(this.#seat));
  }

  /** @internal */
  [HAND_OVER](): string {
    const view = this.#opened();
    this.#dropHandle();
    const ticket = this.#memory.seats.handOver(this.#seat);
    this.#state = 'given';
    view.leave();
    noteTransfer(
      new LoanTransfer(this.#memory, this.#seat, ticket, {
        reopen: () => {
          view.use(this.#seat, view.bytes.length);
          this.#state = 'open';
        },
        settle: () => {
          this.#leave();
        },
      }),
    );
    return `${this.#memory.handlePrefix}${this.#seat}/${ticket}`;
  }

  /** @internal */
  [DESCRIBE](): Description {
    return this.#state === 'open' ? { byteLength: this.byteLength } : { closed: true };
  }

  /** Gives the memory back to the pool, or what this thread has of it. Does not wait. Idempotent. */
  close(): void {
    if (this.#state !== 'open') return;
    this.#state = 'closed';
    this.#dropHandle();
    this.#memory.supply.giveBack(this.#seat);
    this.#leave();
  }

  /** Like {@link close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  #opened(): ChunkView {
    if (this.#state === 'open') return this.#view;
    throw new ClosedError(
      this.#state === 'closed'
        ? 'This SharedBuffer has been closed here'
        : 'This SharedBuffer has been handed over: only its receiver can use it',
    );
  }

  #dropHandle(): void {
    if (this.#handed === undefined) return;
    this.#memory.supply.lose(this.#handed.seat, this.#handed.ticket);
    this.#handed = undefined;
    kept.delete(this);
  }

  #leave(): void {
    this.#memory.keepView(this.#view);
    this.#memory.release();
  }
}

// State of the thread: buffers whose handle was taken, since a process may be about to attach.
const kept = new Set<SharedBuffer>();

registerKind(BUFFER_KIND, arrive);

function arrive(reference: string): SharedBuffer {
  const { pool, seat, ticket } = parseBuffer(reference);
  const memory = PoolMemory.at(pool);
  if (memory.seats.has(seat) && memory.seats.arrive(seat, ticket)) return new SharedBuffer(memory, seat);
  throw new HandleError(
    'This SharedBuffer was received already, or is back in its pool: the thread that handed it over has closed it, or it took too long to arrive',
  );
}
