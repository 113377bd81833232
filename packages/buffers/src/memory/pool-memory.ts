import {
  EventCount,
  formatHandle,
  HandleError,
  hasNative,
  lookAfterTransfers,
  Segment,
  UnsupportedPlatformError,
  waitSync,
} from '@multiprocess/shared-memory';
import type { Carrier, Naming, Thread } from '@multiprocess/shared-memory';
import { CarrierTable } from '../words/carrier-table.js';
import { ChunkSupply } from '../words/chunk-supply.js';
import { CHUNK_BYTES, CHUNKS, EVENTS, readShape, SEAT_BITS, shapeOf } from '../words/pool-layout.js';
import type { PoolShape } from '../words/pool-layout.js';
import { isUnderWay } from '../words/seat-table.js';
import type { SeatTable } from '../words/seat-table.js';
import { CarrierLooks } from './carrier-looks.js';
import { ChunkView } from './chunk-view.js';
import { linger } from './lingering.js';
import type { Lingerer } from './lingering.js';

export const POOL_KIND = 'buffers.BufferPool';
export const BUFFER_KIND = 'buffers.SharedBuffer';

// State of the thread: its pools, by the reference of their segments, so that a message costs no mapping. Weak: what
// keeps a pool is a BufferPool, a SharedBuffer, or that it lingers.
const pools = new Map<string, WeakRef<PoolMemory>>();

/** The memory of a pool, for all in this thread that use it. */
export class PoolMemory implements Lingerer {
  readonly segment: Segment;
  readonly thread: Thread;
  readonly shape: PoolShape;
  readonly supply: ChunkSupply;
  /** What handles of its buffers begin with. */
  readonly handlePrefix: string;
  readonly #carriers: CarrierTable;
  /** The numbers of rings that this thread has put buffers into. */
  readonly #numbers = new WeakMap<Carrier, number>();
  /** Views that are not in use, by chunk. */
  readonly #idle: (ChunkView[] | undefined)[] = [];
  readonly #dropped: () => void;
  /** Buffers and pools here that are open. */
  #users = 0;
  /** How often one was opened, and how often when it was last asked. */
  #uses = 0;
  #usesSeen = 0;
  #hasPools = false;

  private constructor(segment: Segment) {
    const { words, thread } = segment;
    this.segment = segment;
    this.thread = thread;
    this.shape = readShape(words, segment.byteLength, segment.reference);
    this.handlePrefix = formatHandle(BUFFER_KIND, `${segment.reference}/`);
    const carriers = new CarrierTable(words);
    this.#carriers = carriers;
    this.supply = new ChunkSupply(words, this.shape.chunks, thread, {
      begin: lookAfterTransfers, // a lost message may be of this thread, whose timers do not run while it blocks
      newLook: () => new CarrierLooks(carriers).look,
    });
    const events = new EventCount(words, EVENTS, thread.parker);
    const weak = new WeakRef(this);
    this.#dropped = () => {
      events.notify(1);
      weak.deref()?.release();
    };
  }

  /** The memory of a new pool, or of the one of the same name. @throws {@link OutOfMemoryError}, {@link HandleError} or {@link UnsupportedPlatformError} */
  static create(chunkSize: number, chunks: number, naming: Naming): PoolMemory {
    if (!hasNative()) {
      throw new UnsupportedPlatformError(
        `Without the native part of multiprocess, which does not exist for ${process.platform} ${process.arch}, memory cannot be handed over: send SharedArrayBuffers by postMessage`,
      );
    }
    const { segment } = Segment.create({
      kind: POOL_KIND,
      byteLength: shapeOf(chunkSize, chunks).byteLength,
      ...naming,
      initialise: ({ words }) => {
        words[CHUNK_BYTES] = chunkSize;
        words[CHUNKS] = chunks;
      },
    });
    return PoolMemory.of(segment);
  }

  /** The memory that a reference leads to. @throws {@link HandleError} if no living process has it. */
  static at(reference: string): PoolMemory {
    return PoolMemory.#known(reference) ?? PoolMemory.of(Segment.attach(reference, POOL_KIND));
  }

  /** The memory in that segment, or what this thread has of it already. @throws {@link CorruptSegmentError} if it is not one. */
  static of(segment: Segment): PoolMemory {
    const known = PoolMemory.#known(segment.reference);
    if (known !== undefined) {
      if (known.segment !== segment) segment.close();
      return known;
    }
    try {
      const memory = new PoolMemory(segment);
      PoolMemory.#remember(memory);
      return memory;
    } catch (error) {
      segment.close();
      throw error;
    }
  }

  static #known(reference: string): PoolMemory | undefined {
    const known = pools.get(reference)?.deref();
    return known?.segment.isOpen === true ? known : undefined;
  }

  static #remember(memory: PoolMemory): void {
    for (const [reference, known] of pools) if (known.deref() === undefined) pools.delete(reference);
    pools.set(memory.segment.reference, new WeakRef(memory));
  }

  get seats(): SeatTable {
    return this.supply.seats;
  }

  /** Keeps it open until as many calls of {@link release}. */
  retain(): this {
    this.#users++;
    this.#uses++;
    return this;
  }

  /** Likewise, for a pool object: once that is closed, the last release closes the memory at once if it can. */
  retainPool(): this {
    this.#hasPools = true;
    return this.retain();
  }

  release(): void {
    if (--this.#users > 0) return;
    if (this.#hasPools && !this.#hasUnderWay()) this.#letGo();
    else linger(this);
  }

  letGoIfIdle(): boolean {
    if (this.#users > 0) return true;
    const isIdle = this.#uses === this.#usesSeen;
    this.#usesSeen = this.#uses;
    if (!isIdle) return false;
    this.supply.trySearch();
    if (this.#hasUnderWay()) return false;
    this.#letGo();
    return true;
  }

  #letGo(): void {
    pools.delete(this.segment.reference);
    this.segment.close();
  }

  /** Whether a buffer that this thread has handed over has not arrived. */
  #hasUnderWay(): boolean {
    const { seats, thread } = this;
    return seats.some((seat) => isUnderWay(seats.holder(seat)) && seats.ownerOf(seat) === thread.self);
  }

  /** How many chunks are free, after a search for lost ones. */
  get free(): number {
    waitSync(this.thread.parker, this.supply.searching(), 0);
    return this.seats.free;
  }

  /** Takes another seat of the same chunk. @throws {@link HandleError} if all are taken. */
  share(seat: number): number {
    const other = this.#enter(() => this.seats.share(seat));
    if (other >= 0) return other;
    throw new HandleError('As many buffers as can be share this chunk already: close some');
  }

  /** Says of a buffer that is on its way into which ring it goes. @returns false if the ring cannot be noted: the sender tracks it */
  board(seat: number, carrier: Carrier): boolean {
    let number = this.#numbers.get(carrier);
    if (number === undefined) {
      const adding = this.seats.entering(() => this.#addCarrier(carrier));
      number = waitSync(this.thread.parker, adding, 0) ?? -1;
      if (number >= 0) this.#numbers.set(carrier, number);
    }
    if (number < 0) return false;
    this.seats.board(seat, number);
    return true;
  }

  /** The view for the buffer in a seat of this thread. @throws {@link CorruptSegmentError} if its words contradict themselves. */
  viewFor(seat: number): ChunkView {
    const { chunkSize, firstByte, stride } = this.shape;
    const byteLength = this.seats.byteLength(seat, chunkSize);
    const chunk = seat >> SEAT_BITS;
    const view =
      this.#idle[chunk]?.pop() ??
      new ChunkView(chunk, this.segment.bufferOver(firstByte + chunk * stride, chunkSize), this.seats, this.#dropped);
    view.use(seat, byteLength);
    return view;
  }

  /** The view is not used any more: its buffer has been given back or handed over. */
  keepView(view: ChunkView): void {
    view.leave();
    (this.#idle[view.chunk] ??= []).push(view);
  }

  #addCarrier(carrier: Carrier): number {
    const looks = new CarrierLooks(this.#carriers);
    return this.#carriers.add(carrier, (number) => looks.look(number) === 'gone');
  }

  #enter<T>(change: () => T): T {
    const entered = waitSync(
      this.thread.parker,
      this.seats.entering(() => ({ value: change() })),
      0,
    );
    if (entered !== undefined) return entered.value;
    throw new HandleError(`The pool ${this.segment.reference} stays locked: is a process that uses it stopped?`);
  }
}

/** Where a message says that its buffer is. @throws {@link HandleError} if it says nothing of the kind. */
export function parseBuffer(reference: string): {
  readonly pool: string;
  readonly seat: number;
  readonly ticket: number;
} {
  const second = reference.lastIndexOf('/');
  const first = reference.lastIndexOf('/', second - 1);
  const seat = Number(reference.slice(first + 1, second));
  const ticket = Number(reference.slice(second + 1));
  const isWhole = first > 0 && second > first + 1 && second < reference.length - 1;
  if (isWhole && Number.isSafeInteger(seat) && seat >= 0 && Number.isSafeInteger(ticket) && ticket >= 0) {
    return { pool: reference.slice(0, first), seat, ticket };
  }
  throw new HandleError(`${JSON.stringify(reference)} leads to no buffer of a pool`);
}
