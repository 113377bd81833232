import type { MessageCodec } from '@multiprocess/serialization';
import { Line, QueueFullError, QueueShutDownError, waitSync } from '@multiprocess/shared-memory';
import type { Parker, RingMessage, RingWriter } from '@multiprocess/shared-memory';
import { Breather } from './breather.js';
import { PutBatch } from './put-batch.js';

/** How a thread puts into a queue: what is the same for every kind of queue, and for both forms. */
export class ItemPutter {
  readonly line: Line;
  readonly #writer: RingWriter;
  readonly #codec: MessageCodec;
  readonly #parker: Parker;
  readonly #breather = new Breather();

  constructor(writer: RingWriter, codec: MessageCodec, parker: Parker) {
    this.#writer = writer;
    this.#codec = codec;
    this.#parker = parker;
    this.line = new Line(parker);
  }

  /** Undefined if it is done already, which saves a promise. */
  put(item: unknown, timeout: number, signal: AbortSignal | undefined): Promise<void> | undefined {
    const message = this.#codec.encode(item);
    if ((this.line.isEmpty || timeout === 0) && this.#writer.tryPut(message) === 'put') return this.#breather.breath();
    const own = message.copy(); // the encoder uses its memory again before this is written
    return this.#putLater(own, timeout, signal);
  }

  async #putLater(own: RingMessage, timeout: number, signal: AbortSignal | undefined): Promise<void> {
    checkPut(await this.line.wait(() => this.#writer.putting(own), timeout, signal), timeout, 0);
  }

  putSync(item: unknown, timeout: number): void {
    const message = this.#codec.encode(item);
    if (this.#writer.tryPut(message) === 'put') return;
    checkPut(waitSync(this.#parker, this.#writer.putting(message), timeout), timeout, 0);
  }

  async putMany(items: Iterable<unknown>, timeout: number, signal: AbortSignal | undefined): Promise<void> {
    const batch = new PutBatch(this.#writer, this.#codec, items);
    checkPut(await this.line.wait(() => batch.putting(), timeout, signal), timeout, batch.itemsPut);
    return this.#breather.breath(batch.itemsPut);
  }

  putManySync(items: Iterable<unknown>, timeout: number): void {
    const batch = new PutBatch(this.#writer, this.#codec, items);
    checkPut(waitSync(this.#parker, batch.putting(), timeout), timeout, batch.itemsPut);
  }

  shutdown(discard: boolean): void {
    waitSync(this.#parker, this.#writer.shutting(discard), Infinity);
  }
}

function checkPut(outcome: 'put' | 'shut' | undefined, timeout: number, itemsPut: number): void {
  if (outcome === 'put') return;
  if (outcome === 'shut') throw new QueueShutDownError('The queue has been shut down: nothing can be put any more');
  throw new QueueFullError(`The queue had no room within ${timeout} ms`, itemsPut);
}
