import { decode, encode } from '@multiprocess/serialization';
import {
  Breather,
  ByteRing,
  HandleError,
  Line,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
  RingCarrier,
  Segment,
  SegmentObject,
  blockingTimeoutOf,
  itemsIn,
  parseHandle,
  registerKind,
  signalOf,
  takeParcels,
  timeoutOf,
  waitSync,
} from '@multiprocess/shared-memory';
import type { BlockOptions, Parcels, Parker, RingItem, WaitOptions, Waiting } from '@multiprocess/shared-memory';
import { PutBatch } from './put-batch.js';
import { limitsOf } from './queue-options.js';
import type { QueueOptions, ShutdownOptions } from './queue-options.js';

const KIND = 'queue.Queue';
const ONE_TRY = { timeout: 0 };

/**
 * A first-in, first-out queue for any number of processes and threads.
 *
 * `put` copies: it serializes in the caller, and when it returns the item is in shared memory and survives the death of
 * whoever put it. Items of one producer are received in their order; between producers there is none. An item that has
 * been handed to a consumer goes with it if that dies. A process killed inside `put` or `get` leaves no partial item and
 * keeps nobody waiting.
 *
 * Not fair among processes. Within a thread, callers that await are served in their order.
 *
 * @see {@link https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Queue | Python's Queue}
 */
export class Queue<T = unknown> extends SegmentObject implements AsyncIterable<T> {
  readonly #ring: ByteRing;
  readonly #parker: Parker;
  readonly #putters: Line;
  readonly #getters: Line;
  readonly #breather = new Breather();
  /** Taken by getMany, but behind an item that could not be decoded. */
  readonly #undecoded: RingItem[] = [];

  /**
   * Makes a queue, or attaches to the one of the same name.
   *
   * @throws {RangeError} If `maxsize` or `memory` is out of range.
   * @throws {HandleError} If the name is taken by something else, or by a queue with other limits.
   * @throws {OutOfMemoryError} If shared memory is full.
   */
  constructor(options?: QueueOptions);
  /** @internal */
  constructor(segment: Segment);
  constructor(from: QueueOptions | Segment = {}) {
    const segment = from instanceof Segment ? from : create(from);
    super(segment);
    this.#ring = new ByteRing(segment);
    this.#parker = segment.thread.parker;
    this.#putters = new Line(this.#parker);
    this.#getters = new Line(this.#parker);
  }

  /**
   * The queue that a handle stands for.
   *
   * @throws {HandleError} If it stands for something else, or nobody living has it.
   */
  static attach<T = unknown>(handle: string): Queue<T> {
    const { kind, reference } = parseHandle(handle);
    return new Queue<T>(Segment.attach(reference, KIND, kind));
  }

  /** The most items at a time; 0 for as many as there is memory for. */
  get maxsize(): number {
    return this.#open().mostItems;
  }

  /** Items put and not yet taken. Exact at some moment during the call; agrees with {@link empty} and {@link full}. */
  get size(): number {
    return this.#open().size;
  }

  /** Whether {@link size} is 0. */
  get empty(): boolean {
    return this.size === 0;
  }

  /** Whether {@link size} is {@link maxsize}; never, without one. */
  get full(): boolean {
    const { mostItems, size } = this.#open();
    return mostItems !== 0 && size >= mostItems;
  }

  /**
   * Puts a copy of the item at the end, waiting for room.
   *
   * @throws {SerializationError} If it cannot be carried. Nothing was put.
   * @throws {QueueFullError} If the time was over first. Nothing was put.
   * @throws {QueueShutDownError} If the queue has been shut down, also while this waits. Nothing was put.
   * @throws {OutOfMemoryError} If it is larger than half of `memory`, or shared memory is full. Nothing was put.
   * @throws the signal's reason if it was aborted. Nothing was put.
   */
  async put(item: T, options?: WaitOptions): Promise<void> {
    const ring = this.#open();
    const timeout = timeoutOf(options);
    const signal = signalOf(options);
    const bytes = encode(item);
    const parcels = takeParcels();
    if ((this.#putters.isEmpty || timeout === 0) && ring.writer.tryPut(bytes) === 'put') {
      parcels?.sent(new RingCarrier(ring));
      return this.#breather.breath();
    }
    const own = bytes.slice(); // the encoder uses its memory again before this is written
    await this.#givingAway(parcels, async () => {
      checkPut(await this.#putters.wait(() => ring.writer.putting(own), timeout, signal), timeout, 0);
    });
  }

  /** Like {@link put}, but blocks the thread, and with it the event loop. */
  putSync(item: T, options?: BlockOptions): void {
    const ring = this.#open();
    const timeout = blockingTimeoutOf(options);
    const bytes = encode(item);
    const parcels = takeParcels();
    try {
      if (ring.writer.tryPut(bytes) !== 'put') {
        checkPut(waitSync(this.#parker, ring.writer.putting(bytes), timeout), timeout, 0);
      }
    } catch (error) {
      parcels?.cancel();
      throw error;
    }
    parcels?.sent(new RingCarrier(ring));
  }

  /** Like {@link putSync} with `timeout: 0`: never waits for room. */
  putNowait(item: T): void {
    this.putSync(item, ONE_TRY);
  }

  /**
   * Puts copies of all the items, in order: as many as there is room for with one store and one wake, and so on.
   *
   * @throws {SerializationError} If one cannot be carried. None was put.
   * @throws {QueueFullError} If the time was over first; `itemsPut` says how many were put.
   * @throws what {@link put} throws
   */
  async putMany(items: Iterable<T>, options?: WaitOptions): Promise<void> {
    const ring = this.#open();
    const timeout = timeoutOf(options);
    const signal = signalOf(options);
    const batch = new PutBatch(ring.writer, items);
    try {
      checkPut(await this.#putters.wait(() => batch.putting(), timeout, signal), timeout, batch.itemsPut);
    } finally {
      batch.settle(new RingCarrier(ring));
    }
    return this.#breather.breath(batch.itemsPut);
  }

  /** Like {@link putMany}, but blocks the thread. */
  putManySync(items: Iterable<T>, options?: BlockOptions): void {
    const ring = this.#open();
    const timeout = blockingTimeoutOf(options);
    const batch = new PutBatch(ring.writer, items);
    try {
      checkPut(waitSync(this.#parker, batch.putting(), timeout), timeout, batch.itemsPut);
    } finally {
      batch.settle(new RingCarrier(ring));
    }
  }

  /**
   * Takes the oldest item, waiting for one.
   *
   * @throws {QueueEmptyError} If the time was over first. Nothing was taken.
   * @throws {QueueShutDownError} If the queue was shut down and is empty.
   * @throws {SerializationError} If what was put cannot be made again here. The item is gone.
   * @throws the signal's reason if it was aborted. Nothing was taken.
   */
  async get(options?: WaitOptions): Promise<T> {
    const ring = this.#open();
    const timeout = timeoutOf(options);
    const signal = signalOf(options);
    if (this.#getters.isEmpty || timeout === 0) {
      const item = this.#undecoded.shift() ?? ring.reader.tryGet();
      if (item !== undefined) {
        const value = this.#decoded(item); // before any other call of this thread takes an item
        const breath = this.#breather.breath();
        if (breath !== undefined) await breath;
        return value;
      }
    }
    return checkGot(await this.#getters.wait(() => this.#getting(1), timeout, signal), timeout)[0] as T;
  }

  /** Like {@link get}, but blocks the thread, and with it the event loop. */
  getSync(options?: BlockOptions): T {
    const ring = this.#open();
    const timeout = blockingTimeoutOf(options);
    const item = this.#undecoded.shift() ?? ring.reader.tryGet();
    if (item !== undefined) return this.#decoded(item);
    return checkGot(waitSync(this.#parker, this.#getting(1), timeout), timeout)[0] as T;
  }

  /** Like {@link getSync} with `timeout: 0`: never waits for an item. */
  getNowait(): T {
    return this.getSync(ONE_TRY);
  }

  /**
   * Takes what is there, up to `max` items, with one store; waits for the first only.
   *
   * An item that cannot be made again here ends the batch; the next call throws its error.
   *
   * @returns 1 to `max` items, the oldest first
   * @throws {RangeError} If `max` is no whole number from 1 on.
   * @throws what {@link get} throws
   */
  async getMany(max: number, options?: WaitOptions): Promise<T[]> {
    this.#open();
    checkMax(max);
    const timeout = timeoutOf(options);
    const signal = signalOf(options);
    const values = checkGot(await this.#getters.wait(() => this.#getting(max), timeout, signal), timeout);
    await this.#breather.breath(values.length);
    return values;
  }

  /** Like {@link getMany}, but blocks the thread. */
  getManySync(max: number, options?: BlockOptions): T[] {
    this.#open();
    checkMax(max);
    const timeout = blockingTimeoutOf(options);
    return checkGot(waitSync(this.#parker, this.#getting(max), timeout), timeout);
  }

  /**
   * Lets nobody put any more, here or elsewhere. Gets take what is left and then throw {@link QueueShutDownError};
   * iterations end. Waits for a put that is under way in another thread, which takes microseconds. Idempotent.
   */
  shutdown(options: ShutdownOptions = {}): void {
    const { immediate = false } = options;
    if (typeof immediate !== 'boolean')
      throw new TypeError(`immediate must be true or false, received ${String(immediate)}`);
    waitSync(this.#parker, this.#open().writer.shutting(immediate), Infinity);
  }

  /** Takes items until the queue is shut down and empty. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    for (;;) {
      let item: T;
      try {
        item = await this.get();
      } catch (error) {
        if (error instanceof QueueShutDownError) return;
        throw error;
      }
      yield item;
    }
  }

  /** Lets pending calls keep the event loop alive, as they do from the start. */
  ref(): this {
    this.#putters.ref();
    this.#getters.ref();
    return this;
  }

  /** Lets the process end although a call is pending. */
  unref(): this {
    this.#putters.unref();
    this.#getters.unref();
    return this;
  }

  /** Lets go of the object in this thread, not of the queue. Pending calls throw `ClosedError`. Idempotent. */
  override close(): void {
    this.#putters.dismiss(() => this.closedError());
    this.#getters.dismiss(() => this.closedError());
    super.close();
  }

  /** What the item gives away is given away when the item is put, and only then. */
  async #givingAway(parcels: Parcels | undefined, put: () => Promise<void>): Promise<void> {
    try {
      await put();
    } catch (error) {
      parcels?.cancel();
      throw error;
    }
    parcels?.sent(new RingCarrier(this.#ring));
  }

  #open(): ByteRing {
    this.openSegment();
    return this.#ring;
  }

  /** Decodes within the wait: what the ring gave is good only until this thread takes the next item. */
  *#getting(max: number): Waiting<T[] | 'shut'> {
    const first = this.#undecoded.shift() ?? (yield* this.#ring.reader.getting());
    if (first === 'shut') return 'shut';
    const values = [this.#decoded(first)];
    while (values.length < max) {
      const items = this.#undecoded.length > 0 ? this.#undecoded : this.#ring.reader.tryGetMany(max - values.length);
      if (items.length === 0) break;
      const decodedAll = this.#decodeAll(items.splice(0, max - values.length), values);
      if (!decodedAll) break;
    }
    return values;
  }

  /** Whether all could be decoded; else the first that could not, and those behind it, wait for the next call. */
  #decodeAll(items: readonly RingItem[], values: T[]): boolean {
    return this.#ring.reader.whileReading(() => {
      for (const [i, item] of items.entries()) {
        try {
          values.push(decode(item.bytes, item) as T);
        } catch {
          const rest = items.slice(i).map(({ bytes }) => ({ bytes: bytes.slice(), owned: true }));
          this.#undecoded.unshift(...rest);
          return false;
        }
      }
      return true;
    });
  }

  #decoded(item: RingItem): T {
    return this.#ring.reader.whileReading(() => decode(item.bytes, item) as T);
  }
}

registerKind(
  KIND,
  (reference) => new Queue(Segment.attach(reference, KIND)),
  (words) => ({ items: itemsIn(words) }),
);

function create(options: QueueOptions): Segment {
  const limits = limitsOf(options);
  const { segment, created } = Segment.create({
    kind: KIND,
    name: options.name,
    ...ByteRing.plan(limits),
    initialise: (made) => {
      ByteRing.initialise(made, limits);
    },
  });
  const { mostItems } = created ? limits : new ByteRing(segment);
  if (mostItems === limits.mostItems) return segment;
  segment.close();
  throw new HandleError(
    `The queue named ${JSON.stringify(options.name)} has maxsize ${mostItems}, not ${limits.mostItems}`,
  );
}

function checkPut(outcome: 'put' | 'shut' | undefined, timeout: number, itemsPut: number): void {
  if (outcome === 'put') return;
  if (outcome === 'shut') throw new QueueShutDownError('The queue has been shut down: nothing can be put any more');
  throw new QueueFullError(`The queue had no room within ${timeout} ms`, itemsPut);
}

function checkGot<T>(outcome: T[] | 'shut' | undefined, timeout: number): T[] {
  if (outcome === undefined) throw new QueueEmptyError(`The queue had no item within ${timeout} ms`);
  if (outcome === 'shut') throw new QueueShutDownError('The queue has been shut down and is empty');
  return outcome;
}

function checkMax(max: number): void {
  if (!Number.isInteger(max) || max < 1)
    throw new RangeError(`max must be a whole number from 1 on, received ${String(max)}`);
}
