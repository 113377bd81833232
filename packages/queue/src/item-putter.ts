import type { MessageCodec } from '@multiprocess/serialization';
import {
  LoopYield,
  WaitQueue,
  QueueFullError,
  QueueShutDownError,
  RingDelivery,
  takeTransfers,
  waitSync,
} from '@multiprocess/shared-memory';
import type { ByteRing, TransferList, Parker, RingMessage, RingWriter } from '@multiprocess/shared-memory';
import { PutBatch } from './put-batch.js';

/** How a thread puts into a queue: what is the same for every kind of queue, and for both forms. */
export class ItemPutter {
  readonly line: WaitQueue;
  readonly #ring: ByteRing;
  readonly #writer: RingWriter;
  readonly #codec: MessageCodec;
  readonly #parker: Parker;
  readonly #breather = new LoopYield();

  constructor(ring: ByteRing, codec: MessageCodec, parker: Parker) {
    this.#ring = ring;
    this.#writer = ring.writer;
    this.#codec = codec;
    this.#parker = parker;
    this.line = new WaitQueue(parker);
  }

  /** Undefined if it is done already, which saves a promise. */
  put(item: unknown, timeout: number, signal: AbortSignal | undefined): Promise<void> | undefined {
    const message = this.#codec.encode(item);
    const parcels = takeTransfers();
    if ((this.line.isEmpty || timeout === 0) && this.#tryPut(message, parcels)) return this.#breather.breath();
    const own = message.copy(); // the encoder uses its memory again before this is written
    return this.#putLater(own, parcels, timeout, signal);
  }

  async #putLater(
    own: RingMessage,
    parcels: TransferList | undefined,
    timeout: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    try {
      checkPut(await this.line.wait(() => this.#writer.putting(own), timeout, signal), timeout, 0);
    } catch (error) {
      parcels?.cancel();
      throw error;
    }
    parcels?.sent(new RingDelivery(this.#ring));
  }

  putSync(item: unknown, timeout: number): void {
    const message = this.#codec.encode(item);
    const parcels = takeTransfers();
    if (this.#tryPut(message, parcels)) return;
    try {
      checkPut(waitSync(this.#parker, this.#writer.putting(message), timeout), timeout, 0);
    } catch (error) {
      parcels?.cancel();
      throw error;
    }
    parcels?.sent(new RingDelivery(this.#ring));
  }

  /** What the item gives away is given away when the item is put, and only then. */
  #tryPut(message: RingMessage, parcels: TransferList | undefined): boolean {
    if (parcels === undefined) return this.#writer.tryPut(message) === 'put';
    try {
      if (this.#writer.tryPut(message) !== 'put') return false;
    } catch (error) {
      parcels.cancel();
      throw error;
    }
    parcels.sent(new RingDelivery(this.#ring));
    return true;
  }

  async putMany(items: Iterable<unknown>, timeout: number, signal: AbortSignal | undefined): Promise<void> {
    const batch = new PutBatch(this.#writer, this.#codec, items);
    try {
      checkPut(await this.line.wait(() => batch.putting(), timeout, signal), timeout, batch.itemsPut);
    } finally {
      batch.settle(this.#ring);
    }
    return this.#breather.breath(batch.itemsPut);
  }

  putManySync(items: Iterable<unknown>, timeout: number): void {
    const batch = new PutBatch(this.#writer, this.#codec, items);
    try {
      checkPut(waitSync(this.#parker, batch.putting(), timeout), timeout, batch.itemsPut);
    } finally {
      batch.settle(this.#ring);
    }
  }

  shutdown(rest: 'keep' | 'discard'): void {
    waitSync(this.#parker, this.#writer.shutting(rest), Infinity);
  }
}

function checkPut(outcome: 'put' | 'shut' | undefined, timeout: number, itemsPut: number): void {
  if (outcome === 'put') return;
  if (outcome === 'shut') throw new QueueShutDownError('The queue has been shut down: nothing can be put any more');
  throw new QueueFullError(`The queue had no room within ${timeout} ms`, itemsPut);
}
