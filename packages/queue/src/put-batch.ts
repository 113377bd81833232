import { enlarge, newOutputBuffer, relocated } from '@multiprocess/serialization';
import type { MessageCodec, OutputBuffer } from '@multiprocess/serialization';
import { RingBatch, RingDelivery, RingMessage, RingRun, takeTransfers } from '@multiprocess/shared-memory';
import type { ByteRing, Carrier, Coroutine, RingWriter, TransferList, WaitForm } from '@multiprocess/shared-memory';

const BUFFER_BYTES = 64 * 1024;
/** A longer one is not kept for the next batch. */
const KEPT_BYTES = 1024 * 1024;
/** Longer messages that the codec gives go into the ring from where they are. */
const SMALL_BYTES = 2048;

// Memory for batches: one for each batch that was under way at the same time.
const idle: OutputBuffer[] = [];

/** Items on their way into a queue together. Serialized when it is made, so that an item that cannot be serialized stops all. */
export class PutBatch {
  readonly #writer: RingWriter;
  readonly #carrier: Carrier;
  readonly #batch = new RingBatch();
  readonly #buffer = idle.pop() ?? newOutputBuffer(BUFFER_BYTES);
  #run: RingRun;
  /** What the items give away, by their index; none, as a rule. */
  #transfers: Map<number, TransferList> | undefined;

  constructor({ writer, carrier }: ByteRing, codec: MessageCodec, items: Iterable<unknown>) {
    this.#writer = writer;
    this.#carrier = carrier;
    this.#run = new RingRun(this.#buffer, 0);
    let index = 0;
    try {
      for (const item of items) this.#add(codec, item, index++);
    } catch (error) {
      this.#transfers?.forEach((transfers) => {
        transfers.cancel();
      });
      throw relocated(error, '$', `$[${index - 1}]`);
    }
    this.#endRun();
  }

  /** How many have been put so far. */
  get itemsPut(): number {
    return this.#batch.put;
  }

  /**
   * Puts what fits at once, waits for room for the next one, and so on.
   *
   * @param form whether the caller goes on during a wait, and may change what it puts
   */
  *putting(form: WaitForm): Coroutine<'put' | 'shut'> {
    for (;;) {
      if (this.#writer.tryPutMany(this.#batch) === 'shut') return 'shut';
      if (form === 'await') this.#batch.own();
      const { next } = this.#batch;
      if (next === undefined) break;
      if ((yield* this.#writer.putting(next)) === 'shut') return 'shut';
      this.#batch.advance(1);
    }
    this.#release();
    return 'put';
  }

  /** What has been put is given away; the rest is not. */
  settle(ring: ByteRing): void {
    if (this.#transfers === undefined) return;
    const delivery = new RingDelivery(ring);
    for (const [index, transfers] of this.#transfers) {
      if (index < this.itemsPut) transfers.sent(() => delivery);
      else transfers.cancel();
    }
  }

  #release(): void {
    if (this.#buffer.bytes.length <= KEPT_BYTES) idle.push(this.#buffer);
  }

  #add(codec: MessageCodec, item: unknown, index: number): void {
    const { place } = this.#run;
    this.#makeRoom(place);
    const message = codec.encodeTo(this.#buffer, place, item);
    const transfers = takeTransfers();
    transfers?.board(this.#carrier);
    if (transfers !== undefined) (this.#transfers ??= new Map<number, TransferList>()).set(index, transfers);
    if (typeof message === 'number') {
      this.#writer.checkFits(message - place);
      this.#run.add(message - place);
      return;
    }
    this.#writer.checkFits(message.byteLength);
    if (message.byteLength <= SMALL_BYTES) {
      this.#makeRoom(place + message.byteLength);
      message.copyTo(this.#buffer.bytes, place);
      this.#run.add(message.byteLength);
      return;
    }
    this.#endRun();
    this.#batch.add(withOwnHead(message));
  }

  #makeRoom(byteLength: number): void {
    if (byteLength > this.#buffer.bytes.length) enlarge(this.#buffer, byteLength, this.#run.end);
  }

  #endRun(): void {
    if (this.#run.count === 0) return;
    this.#batch.add(this.#run);
    this.#run = new RingRun(this.#buffer, this.#run.end);
  }
}

/** The encoder uses its memory again for the next item; that of the parts is the caller's. */
function withOwnHead(message: RingMessage): RingMessage {
  if (message.parts.length === 0) return message.copy();
  return new RingMessage(message.bytes.slice(0, message.length), message.length, undefined, message.parts);
}
